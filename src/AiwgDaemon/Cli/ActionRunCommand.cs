using System.CommandLine;
using System.Text.Json;
using AiwgDaemon.Platform;
using AiwgDaemon.State;

namespace AiwgDaemon.Cli;

/// <summary><c>actions run</c>: queues a named action; with --wait its success becomes that of the command.</summary>
internal static class ActionRunCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "Its key in actions: of the configuration" };
        var payload = new Option<string?>("--payload")
        {
            Description = "JSON that the action gets as the payload of its event",
            HelpName = "JSON",
        };
        var wait = new Option<bool>("--wait", "-w") { Description = "Stay until it has ended; exit code 1 if it did not complete" };
        var command = new Command("run", "Queue a named action now, and print its id") { name, payload, wait };
        command.SetAction(parsed =>
        {
            var body = parsed.GetValue(payload) is { } text ? EmitCommand.Payload(text) : null;
            using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
            // Subscribed before it runs: its end cannot be missed.
            var events = parsed.GetValue(wait) ? daemon.Events("daemon", "action.*", OutputReader.Gone()) : null;
            var result = daemon.Call("action.run", json =>
            {
                json.WriteString("name"u8, parsed.GetRequiredValue(name));
                CallingRun.Write(json);
                if (body is null) return;
                json.WritePropertyName("payload"u8);
                json.WriteRawValue(body);
            });
            var id = result.GetProperty("id"u8).GetString()!;
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            output.WriteLine(id);
            if (events is null) return ExitCodes.Success;
            output.Flush();
            Judge(UntilEnd(daemon, events, id, error), error);
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(
            command,
            "actions run test",
            "actions run test --wait",
            "actions run deploy --payload '{\"ref\": \"main\"}'",
            "actions logs --follow $(aiwg-daemon actions run test)"
        );
    }

    private static ActionRecord UntilEnd(DaemonCall daemon, IEnumerable<JsonElement> events, string id, TextWriter error)
    {
        var now = ActionStatus.Queued;
        using var progress = new ProgressLine(error, () => $"Action {id} is {now.ToString().ToLowerInvariant()}");
        foreach (var @event in events)
        {
            // What is no event says that some were missed: ours may be among them.
            if (
                @event.TryGetProperty("payload"u8, out var payload)
                && payload.TryGetProperty("id"u8, out var about)
                && about.GetString() != id
            )
                continue;
            var record = daemon.Call("action.get", json => json.WriteString("id"u8, id)).Deserialize(StateJsonContext.TolerantAction)!;
            now = record.Status;
            if (now is not (ActionStatus.Queued or ActionStatus.Running)) return record;
        }
        throw new CommandException($"The daemon ended before action {id} did", ExitCodes.NotRunning);
    }

    private static void Judge(ActionRecord action, TextWriter error)
    {
        if (action.Status == ActionStatus.Completed) return;
        if (action is { Status: ActionStatus.Cancelled, Error: { } skipped } && skipped.StartsWith("skipped: ", StringComparison.Ordinal))
        {
            // Its only_if said that there was nothing to do, which is no failure.
            error.WriteLine($"Action {action.Id} was {skipped}");
            return;
        }
        var how = action switch
        {
            { Status: ActionStatus.Failed, Signal: { } signal } => $"was ended by {signal}",
            { Status: ActionStatus.Failed, ExitCode: { } code, Error: { } reason } => $"failed: {reason} (exit code {code})",
            { Status: ActionStatus.Failed, ExitCode: { } code } => $"failed with exit code {code}",
            { Status: ActionStatus.Timeout } => "took too long and was ended",
            { Status: ActionStatus.Cancelled } => "was cancelled",
            { Error: { } reason } => $"failed: {reason}",
            _ => $"ended as {action.Status.ToString().ToLowerInvariant()}",
        };
        throw new CommandException($"Action {action.Id} {how}; 'aiwg-daemon actions logs {action.Id}' shows what it printed");
    }
}
