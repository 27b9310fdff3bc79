using AiwgDaemon.Api.Files;
using AiwgDaemon.Config;
using AiwgDaemon.Lifecycle.Doctor;

namespace AiwgDaemon.Lifecycle;

/// <summary>What the files of a project tell, for the operations that need no more.</summary>
internal static class FilesOfProject
{
    /// <param name="paths">The project.</param>
    /// <param name="asks">True if a daemon that runs may be asked which variables it has.</param>
    public static ProjectFiles Of(ProjectPaths paths, bool asks) => new()
    {
        Project = paths.Project,
        Log = paths.Log,
        Events = paths.Events,
        Output = paths.Actions,
        Examine = () => new EnvironmentCheck(paths, null, TimeProvider.System).Run(),
        Check = text =>
        {
            var seen = ProjectConfiguration.Of(paths, null, asks);
            return new(seen.Path, text is null ? seen.Load() : ConfigLoader.Load(text, seen.Path, seen.Surroundings));
        },
        List = () =>
        {
            var seen = ProjectConfiguration.Of(paths, null, asks);
            var (listing, errors, _) = ConfigLoader.List(seen.Path, seen.Surroundings);
            return new(seen.Path, listing, errors);
        },
    };
}
