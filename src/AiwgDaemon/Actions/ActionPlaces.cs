namespace AiwgDaemon.Actions;

/// <summary>Where actions run and leave their files.</summary>
/// <param name="Project">The project directory, absolute.</param>
/// <param name="Actions">The directory <c>daemon/actions</c>, absolute.</param>
internal sealed record ActionPlaces(string Project, string Actions)
{
    public string Output(string id) => Path.Combine(Actions, id + ".log");

    /// <summary>The NUL-separated paths; removed when the action ends.</summary>
    public string Paths(string id) => Path.Combine(Actions, id + ".paths");

    /// <summary>For an instant, if there are no files without names.</summary>
    public string Input(string id) => Path.Combine(Actions, id + ".event");

    public string Directory(ActionDefinition action) => Path.GetFullPath(action.Cwd, Project);

    /// <summary>As records show it: relative to the project, with <c>/</c>.</summary>
    public string RelativeOutput(string id) => Path.GetRelativePath(Project, Output(id)).Replace('\\', '/');
}
