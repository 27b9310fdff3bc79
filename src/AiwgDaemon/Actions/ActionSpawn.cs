using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Actions;

/// <summary>Starts the programs of an action, its condition and the action itself, in the same surroundings: directory, environment, event,
/// priority.</summary>
internal sealed class ActionSpawn(ActionPlaces places, ILogger logger)
{
    /// <summary>A <see cref="SpawnException"/>, or an <see cref="IOException"/> about a file that belongs to the start, says why it could
    /// not be started.</summary>
    /// <param name="request">The action.</param>
    /// <param name="command">What to start.</param>
    /// <param name="options">The limits at its start.</param>
    /// <param name="paths">The file with the paths of the events; null if they have none.</param>
    /// <param name="marks">True for the action itself: its output file comes into being in the instant of its start.</param>
    public ChildProcess Start(ActionRequest request, ActionCommand command, ActionOptions options, string? paths, bool marks)
    {
        var action = request.Action;
        var variables = action.EnvFile is { } file ? EnvFile.Read(Path.GetFullPath(file, places.Project)) : null;
        using var input = InputOf(request);
        var spawn = new SpawnOptions
        {
            Program = command.Program,
            Arguments = command.Arguments,
            ArgumentsAreRaw = command.ArgumentsAreRaw,
            Environment = ActionEnvironment.Create(request, options.SecretEnv, variables, places.Project, paths),
            WorkingDirectory = places.Directory(action),
            Input = input is null ? SpawnStream.Null : SpawnStream.Existing(input),
            Output = SpawnStream.Pipe,
            Error = SpawnStream.SameAsOutput,
            MarkerFile = marks ? places.Output(request.Id) : null,
        };
        try
        {
            if (action.Nice is not { } nice) return ChildProcess.Start(spawn);
            var (child, refused) = ProcessPriority.Start(nice, () => ChildProcess.Start(spawn));
            // Elsewhere than on Linux a child is given its priority when it is there.
            if (!OperatingSystem.IsLinux()) refused = child.SetNice(nice);
            if (refused is not null) Log.NotNice(logger, request.RuleId, request.Id, nice, refused);
            return child;
        }
        catch (SpawnException e) when (command.IsAiwg && e.Errno == Libc.ENOENT)
        {
            throw new SpawnException(
                "aiwg is not on PATH: install it (npm install -g aiwg) and restart the daemon with it on PATH, or write the action as "
                    + "type exec or shell",
                e.Errno
            );
        }
    }

    private SafeFileHandle? InputOf(ActionRequest request) =>
        request.Action.Input == ActionInput.Event
            ? AnonymousFile.Create(ActionEventDocument.Json(request.Events).Span, places.Input(request.Id))
            : null;

    /// <summary>Writes the paths of the events into a file for the action; null if they have none.</summary>
    public string? WritePaths(ActionRequest request)
    {
        var paths = ActionEventDocument.Paths(request.Events);
        if (paths.IsEmpty) return null;
        var file = places.Paths(request.Id);
        using var handle = SecureFile.Open(file, SecureOpen.Truncate);
        RandomAccess.Write(handle, paths.Span, 0);
        return file;
    }

    public static void RemovePaths(string? file)
    {
        if (file is not null && SecureFile.IsOurs(file)) File.Delete(file);
    }
}
