using AiwgDaemon.Actions;
using AiwgDaemon.Config.Description;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Config.Checks;

/// <summary>Files and directories that an action needs before it can start.</summary>
internal sealed class ActionFileChecks(CheckedTree tree, ShellText shell)
{
    private readonly Findings _findings = tree.Findings;
    private readonly string? _project = tree.Project;

    /// <summary>It may be made before the action runs; more often it is a slip of the pen.</summary>
    public void Directory(ScalarNode cwd, string path)
    {
        if (
            shell.HabitIn(cwd) is not null
            || cwd.Text.Contains("{{", StringComparison.Ordinal)
            || (_project is null && !Path.IsPathRooted(cwd.Text))
        )
            return;
        var directory = Path.Combine(_project ?? "", cwd.Text);
        // One that does not answer is not judged: the action itself will tell.
        if (!BoundedCall.TryGet(BoundedCall.Limit, () => System.IO.Directory.Exists(directory), out var exists) || exists)
            return;
        if (File.Exists(directory))
            _findings.Warn(cwd.Place, path, $"{Quoted.Text(cwd.Text)} is a file: the action cannot start", "write a directory");
        else
            _findings.Warn(
                cwd.Place,
                path,
                $"{Quoted.Text(cwd.Text)} is not there: the action cannot start until it is",
                "make the directory, or correct the path"
            );
    }

    /// <summary>It is read at each start: what is wrong with it now may be mended by then.</summary>
    public void EnvironmentFile(ScalarNode file, string path)
    {
        if (file.Text.Contains("{{event", StringComparison.Ordinal))
            _findings.Error(file.Place, path, "cannot hold a placeholder: its value could lead anywhere", "write a path");
        if (
            shell.HabitIn(file) is not null
            || file.Text.Contains("{{", StringComparison.Ordinal)
            || (_project is null && !Path.IsPathRooted(file.Text))
        )
            return;
        try
        {
            if (!BoundedCall.TryGet(BoundedCall.Limit, () => EnvFile.Read(Path.Combine(_project ?? "", file.Text)), out _)) return;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            _findings.Warn(
                file.Place,
                path,
                $"{Quoted.Text(file.Text)} is not there: the action cannot start until it is",
                "write the file, or correct the path"
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _findings.Warn(file.Place, path, $"cannot be read, so that the action cannot start: {e.Message}");
        }
    }
}
