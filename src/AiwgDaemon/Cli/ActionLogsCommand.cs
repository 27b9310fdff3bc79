using System.CommandLine;
using System.Text;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;
using AiwgDaemon.State;

namespace AiwgDaemon.Cli;

/// <summary><c>actions logs</c>: the output of one action; with --follow until it has ended.</summary>
internal static class ActionLogsCommand
{
    // Between two looks at a file that another process writes to: short for a reader, nothing for the machine.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var id = ActionsCommand.Id();
        var follow = new Option<bool>("--follow", "-f") { Description = "Stay and print what is added, until the action has ended" };
        var command = new Command("logs", "What an action printed") { id, follow };
        command.SetAction(parsed =>
        {
            var paths = GlobalOptions.ProjectOf(parsed);
            var output = parsed.InvocationConfiguration.Output;
            var action = ActionLookup.Find(paths, parsed.GetRequiredValue(id));
            if (parsed.GetValue(follow)) return Follow(paths, action, output);
            if (action.Status != ActionStatus.Queued) return Print(paths, action, output);
            // No failure: it has printed nothing yet.
            var why = action.Reason is null ? "" : $", it waits: {ActionsText.Reason(action, TextStyle.OfError(), utc: false)}";
            parsed.InvocationConfiguration.Error.WriteLine($"Action {action.Id} has not started yet{why}; follow it with --follow");
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "actions logs 4zj7", "actions logs 4zj7 --follow");
    }

    private static int Print(ProjectPaths paths, ActionRecord action, TextWriter output)
    {
        var position = 0L;
        if (!Copy(FileOf(paths, action), ref position, output)) throw new CommandException(WhyNoOutput(action));
        return ExitCodes.Success;
    }

    private static int Follow(ProjectPaths paths, ActionRecord action, TextWriter output)
    {
        var position = 0L;
        var gone = OutputReader.Gone();
        while (true)
        {
            // Asked before the file is read: what an ended action printed is then complete.
            var ended = action.HasEnded;
            var exists = Copy(FileOf(paths, action), ref position, output);
            output.Flush();
            if (ended) return exists ? ExitCodes.Success : throw new CommandException(WhyNoOutput(action));
            if (gone.WaitHandle.WaitOne(Pause)) return ExitCodes.Success;
            action = ActionLookup.Find(paths, action.Id);
            // A daemon that was killed leaves the action as it was: nobody will end it.
            if (!action.HasEnded && InstanceLock.FindHolder(paths.Lock) is null)
                throw new CommandException($"The daemon is gone, and action {action.Id} with it", ExitCodes.NotRunning);
        }
    }

    private static string FileOf(ProjectPaths paths, ActionRecord action) =>
        action.OutputPath is { } named ? Path.Combine(paths.Project, named) : Path.Combine(paths.Actions, $"{action.Id}.log");

    private static string WhyNoOutput(ActionRecord action) => action.Status switch
    {
        _ when action is { OutputPath: null, Error: { } error } => $"Action {action.Id} was not started and printed nothing: {error}",
        ActionStatus.Cancelled => $"Action {action.Id} was cancelled before it printed anything",
        _ => $"The output of action {action.Id} is gone; daemon.history.actions_kept says how many are kept",
    };

    private static bool Copy(string path, ref long position, TextWriter output)
    {
        try
        {
            using var file = SecureFile.Open(path, SecureOpen.Read);
            var buffer = new byte[64 * 1024];
            var decoder = Encoding.UTF8.GetDecoder();
            var characters = new char[Encoding.UTF8.GetMaxCharCount(buffer.Length)];
            for (int read; (read = RandomAccess.Read(file, buffer, position)) > 0; position += read)
                output.Write(characters.AsSpan(0, decoder.GetChars(buffer, 0, read, characters, 0, flush: false)));
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Not started yet, or pruned: the caller knows which.
            return false;
        }
    }
}
