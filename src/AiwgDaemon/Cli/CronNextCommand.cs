using System.CommandLine;
using AiwgDaemon.Config.Description;
using AiwgDaemon.Sources.Cron;
using AiwgDaemon.Sources.Cron.Zones;

namespace AiwgDaemon.Cli;

/// <summary><c>cron next EXPR</c>: the instants at which an expression fires, one a line.</summary>
internal static class CronNextCommand
{
    private const int MostFires = 100_000;
    private const string Local = "local";

    public static Command Create()
    {
        var expression = CronCommand.ExpressionArgument();
        var from = new Option<string?>("--from")
        {
            Description = "Fires later than this ISO 8601 instant (default: now); without an offset it is a time of the zone",
            HelpName = "ISO",
        };
        var zone = new Option<string?>("--timezone", "--tz") { Description = "IANA name, UTC or local (default: local)", HelpName = "TZ" };
        var count = new Option<int>("--count", "-n")
        {
            Description = "How many fires (default: 1)",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("next", "Print when an expression fires: ISO 8601 with offset, one a line; 'never' where it never does")
        {
            expression, from, zone, count, json,
        };
        command.SetAction(parsed =>
        {
            var cron = CronCommand.ExpressionOf(parsed, expression);
            var place = ZoneOf(parsed.GetValue(zone), parsed.InvocationConfiguration.Error);
            var wanted = parsed.GetValue(count);
            if (wanted is < 1 or > MostFires)
                throw new CommandException($"--count {wanted} is out of range: 1-{MostFires}", ExitCodes.Usage);
            var start = parsed.GetValue(from) is { } text ? InstantOf(text, place) : DateTimeOffset.UtcNow;
            var name = parsed.GetValue(zone) is { } named && named != Local ? named : null;
            Write(parsed.InvocationConfiguration.Output, cron, start, place, name, wanted, parsed.GetValue(json));
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(
            command,
            "cron next \"0 */6 * * *\"",
            "cron next \"30 2 * * *\" --timezone America/New_York --from 2026-03-07T00:00 --count 3",
            "cron next @monthly --json"
        );
    }

    private static void Write(TextWriter output, CronExpression cron, DateTimeOffset start, Zone zone, string? name, int count, bool json)
    {
        if (json)
        {
            CronCommand.WriteJson(output, writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("expression", cron.Text);
                writer.WriteString("timezone", name ?? ZoneFiles.System.LocalName() ?? Local);
                writer.WriteString("from", FireTimes.Iso(start, zone));
                writer.WriteStartArray("next");
                foreach (var fire in FireTimes.After(start, cron, zone, count)) writer.WriteStringValue(FireTimes.Iso(fire, zone));
                writer.WriteEndArray();
                writer.WriteBoolean("never", cron.IsNever || cron.IsReboot);
                writer.WriteEndObject();
            });
            return;
        }
        var any = false;
        foreach (var fire in FireTimes.After(start, cron, zone, count))
        {
            any = true;
            output.WriteLine(FireTimes.Iso(fire, zone));
        }
        if (!any) output.WriteLine("never");
    }

    private static Zone ZoneOf(string? name, TextWriter warnings)
    {
        if (name is null or Local)
        {
            var read = ZoneFiles.System.Read(null);
            if (read.Problem is { } problem) warnings.WriteLine($"aiwg-daemon: local time zone: {ConsoleText.Printable(problem)}");
            return read.Zone;
        }
        if (ZoneNames.Check(name, ZoneFiles.System, Nearest.To) is { } wrong)
            throw new CommandException($"--timezone '{ConsoleText.Printable(name)}' {wrong.Wrong} ({wrong.Cure})", ExitCodes.Usage);
        return ZoneFiles.System.Read(name).Zone;
    }

    private static DateTimeOffset InstantOf(string text, Zone zone) =>
        InstantText.TryParse(text, zone, out var instant)
            ? instant
            : throw new CommandException(
                $"--from '{ConsoleText.Printable(text)}' is not an ISO 8601 instant ({InstantText.Forms})",
                ExitCodes.Usage
            );
}
