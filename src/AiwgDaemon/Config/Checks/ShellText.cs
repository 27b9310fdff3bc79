namespace AiwgDaemon.Config.Checks;

/// <summary>Words for ~ and $NAME if no shell replaces them, and the cure.</summary>
internal sealed class ShellText(CheckedTree tree)
{
    public const string NoShell = "no shell reads this file";

    private readonly Findings _findings = tree.Findings;
    private readonly ConfigSurroundings _surroundings = tree.Surroundings;
    private readonly string? _project = tree.Project;

    public string? HabitIn(ScalarNode path) =>
        path.Place.IsInFile && ShellHabit.In(path.Text, tilde: true) is { } words && !Path.Exists(Path.Combine(_project ?? "", path.Text))
            ? words
            : null;

    /// <summary>The cure with the value filled in if that is known here.</summary>
    public string Whole(string text, string otherwise) =>
        ShellHabit.Replaced(text, tilde: true, _surroundings.Variable) is { } whole ? $"write {Quoted.Text(whole)}"
        : text.Contains('/') ? $"write the whole path, or {otherwise}" : $"write {otherwise}";

    public void NotReplaced(ScalarNode node, string path, string words, string why, string instead) =>
        _findings.Attend(
            node.Place,
            path,
            $"{Quoted.Text(node.Text)}: {words} {(words.Contains(" and ", StringComparison.Ordinal) ? "are" : "is")} not replaced: {why}",
            instead
        );
}
