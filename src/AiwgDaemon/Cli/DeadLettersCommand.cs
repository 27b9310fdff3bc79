using System.CommandLine;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.Lifecycle;

namespace AiwgDaemon.Cli;

/// <summary><c>dead-letters</c>: deliveries that failed for good. Looking needs no daemon; retrying and clearing do.</summary>
internal static class DeadLettersCommand
{
    public static Command Create()
    {
        var (utc, json) = (Utc(), Json());
        var command = new Command("dead-letters", "Deliveries that failed for good: look, try again, forget")
        {
            List(),
            Show(),
            Retry(),
            Clear(),
            utc,
            json,
        };
        command.SetAction(parsed => WriteList(parsed, parsed.GetValue(utc), parsed.GetValue(json)));
        return HelpScreen.WithExamples(command, "dead-letters", "dead-letters retry --all");
    }

    private static Option<bool> Utc() => new("--utc") { Description = "Instants in ISO 8601 UTC instead of relative times" };

    private static Option<bool> Json() => new("--json") { Description = "Print one JSON document" };

    private static Command List()
    {
        var (utc, json) = (Utc(), Json());
        var command = new Command("list", "All of them, oldest first") { utc, json };
        command.SetAction(parsed => WriteList(parsed, parsed.GetValue(utc), parsed.GetValue(json)));
        return HelpScreen.WithExamples(command, "dead-letters list", "dead-letters list --json");
    }

    private static Command Show()
    {
        var id = new Argument<string>("id") { Description = "Its id, or the beginning or end of it" };
        var command = new Command("show", "One of them as JSON, with its event") { id };
        command.SetAction(parsed =>
        {
            var letter = Find(Read(GlobalOptions.ProjectOf(parsed)), parsed.GetRequiredValue(id));
            parsed.InvocationConfiguration.Output.WriteLine(Indented(letter));
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "dead-letters show 0198c2");
    }

    private static Command Retry()
    {
        var id = new Argument<string?>("id") { Description = "Its id, or the beginning or end of it", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "All of them" };
        var command = new Command("retry", "Deliver it again") { id, all };
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) == string.IsNullOrEmpty(result.GetValue(id))) return;
            result.AddError(result.GetValue(all) ? "Either an id or --all, not both" : "The id of a dead letter is needed, or --all");
        });
        command.SetAction(parsed =>
        {
            var paths = GlobalOptions.ProjectOf(parsed);
            using var daemon = DaemonCall.Connect(paths);
            var letters = Read(paths);
            var letter = parsed.GetValue(all) ? null : Find(letters, parsed.GetValue(id)!);
            var retried = daemon.Call("deadletter.retry", json =>
            {
                if (letter is null) json.WriteBoolean("all"u8, true);
                else json.WriteString("id"u8, letter.Id);
            }).GetProperty("retried"u8).GetInt32();
            if (letter is not null && retried == 0)
                throw new CommandException(
                    $"{letter.Id} was not taken: nothing called '{ConsoleText.Printable(letter.Handler)}' takes events any more; "
                        + "'aiwg-daemon dead-letters clear' forgets it"
                );
            var left = letter is null ? letters.Count - retried : 0;
            parsed.InvocationConfiguration.Output.WriteLine(
                letters.Count == 0
                    ? "No dead letters"
                    : $"{ConsoleText.Count(retried, "delivery", "deliveries")} tried "
                        + $"again{(left > 0 ? $", {left} kept: the handler is gone" : "")}"
            );
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "dead-letters retry 0198c2", "dead-letters retry --all");
    }

    private static Command Clear()
    {
        var command = new Command("clear", "Forget all of them");
        command.SetAction(parsed =>
        {
            using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
            var cleared = daemon.Call("deadletter.clear").GetProperty("cleared"u8).GetInt32();
            parsed.InvocationConfiguration.Output.WriteLine($"{ConsoleText.Count(cleared, "dead letter")} forgotten");
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "dead-letters clear");
    }

    private static int WriteList(ParseResult parsed, bool utc, bool json)
    {
        var letters = Read(GlobalOptions.ProjectOf(parsed));
        var output = parsed.InvocationConfiguration.Output;
        if (json)
        {
            output.WriteLine($"[{string.Join(",\n", letters.Select(l => Encoding.UTF8.GetString(l.ToJson())))}]");
            return ExitCodes.Success;
        }
        if (letters.Count == 0)
        {
            output.WriteLine("No dead letters");
            return ExitCodes.Success;
        }
        var style = TextStyle.OfOutput();
        var now = DateTimeOffset.UtcNow;
        var table = new TextTable("", false, true, false, false, true, false)
            .WithTitles(style, "ID", "LAST TRIED", "TYPE", "HANDLER", "TRIES", "ERROR");
        foreach (var letter in letters)
        {
            table.Add(letter.Id.ToString(), ConsoleText.When(letter.LastAt, now, utc), ConsoleText.Printable(letter.Event.Type),
                ConsoleText.Printable(letter.Handler), $"{letter.Attempts}x", ConsoleText.Printable(letter.Error));
        }
        var text = new StringBuilder();
        table.WriteTo(text, style.Width);
        output.Write(text);
        return ExitCodes.Success;
    }

    // The daemon appends to this file, so reading it sees the same as asking. It may hold a few that are pruned already.
    public static List<DeadLetter> Read(ProjectPaths paths)
    {
        using var daemon = DaemonCall.TryConnect(paths);
        if (daemon is null)
            return
            [
                .. JsonLines
                    .Read(Path.Combine(paths.Events, "dead-letters.jsonl"))
                    .Select(l => DeadLetter.Parse(l.Line.Span))
                    .OfType<DeadLetter>(),
            ];
        var listed = daemon.Call("deadletter.list", json => json.WriteNumber("limit"u8, 1000)).GetProperty("dead_letters"u8);
        return [.. listed.EnumerateArray().Select(l => DeadLetter.Parse(Encoding.UTF8.GetBytes(l.GetRawText()))).OfType<DeadLetter>()];
    }

    private static DeadLetter Find(List<DeadLetter> letters, string part)
    {
        var found = letters.Where(l => IsPart(l.Id, part) || IsPart(l.Event.Id, part)).ToList();
        var shown = ConsoleText.Printable(part);
        return found switch
        {
            [var one] => one,
            [] => throw new CommandException($"There is no dead letter '{shown}'; 'aiwg-daemon dead-letters' lists them"),
            _ => throw new CommandException($"'{shown}' fits {found.Count} dead letters; write more of the id"),
        };
    }

    private static bool IsPart(Guid id, string part)
    {
        var text = id.ToString();
        return part.Length > 0
            && (text.StartsWith(part, StringComparison.OrdinalIgnoreCase) || text.EndsWith(part, StringComparison.OrdinalIgnoreCase));
    }

    private static string Indented(DeadLetter letter)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, EventJson.Format with { Indented = true })) letter.WriteTo(json);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
