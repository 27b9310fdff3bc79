using System.CommandLine;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Actions;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Cli;

/// <summary><c>emit</c>: publishes an event by hand; it is on the disk when its id is printed.</summary>
internal static class EmitCommand
{
    public static Command Create()
    {
        var type = new Argument<string>("type") { Description = "The event's type, for instance deploy.requested" };
        var payload = new Option<string?>("--payload")
        {
            Description = "What it carries: one JSON value ({} where left out)",
            HelpName = "JSON",
        };
        var command = new Command("emit", "Publish an event by hand, and print its id") { type, payload };
        command.SetAction(parsed =>
        {
            var text = parsed.GetValue(payload);
            if (text is not null) Payload(text);
            using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
            var result = daemon.Call("event.emit", json =>
            {
                json.WriteString("type"u8, parsed.GetRequiredValue(type));
                CallingRun.Write(json);
                if (text is null) return;
                json.WritePropertyName("payload"u8);
                json.WriteRawValue(text);
            });
            parsed.InvocationConfiguration.Output.WriteLine(result.GetProperty("id"u8).GetString());
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "emit deploy.requested", """emit deploy.requested --payload '{"target": "staging"}'""");
    }

    /// <summary>The payload as it was given; a <see cref="CommandException"/> that says what is wrong if it is no JSON that an event may
    /// carry.</summary>
    public static string Payload(string payload)
    {
        try
        {
            if (PayloadCheck.Fault(Encoding.UTF8.GetBytes(payload)) is { } fault)
                throw new CommandException($"--payload {fault}", ExitCodes.Usage);
        }
        catch (JsonException e)
        {
            throw new CommandException(
                $"--payload is not JSON (line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}); write for instance '{{\"key\": "
                    + $"\"value\"}}', in quotes",
                ExitCodes.Usage
            );
        }
        return payload;
    }
}
