using System.CommandLine;
using System.Globalization;
using AiwgDaemon.Sources.Cron;

namespace AiwgDaemon.Cli;

/// <summary><c>cron next EXPR</c>: the instants at which an expression fires, one a line.</summary>
internal static class CronNextCommand
{
    private const int MostFires = 100_000;

    public static Command Create()
    {
        var expression = CronCommand.ExpressionArgument();
        var from = new Option<string?>("--from") { Description = "Fires later than this ISO 8601 instant (default: now); without an offset it is a time of the zone", HelpName = "ISO" };
        var zone = new Option<string?>("--timezone", "--tz") { Description = "IANA name, UTC or local (default: local)", HelpName = "TZ" };
        var count = new Option<int>("--count", "-n") { Description = "How many fires (default: 1)", HelpName = "N", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("next", "Print when an expression fires: ISO 8601 with offset, one a line; 'never' where it never does")
        {
            expression, from, zone, count, json,
        };
        command.SetAction(parsed =>
        {
            var cron = CronCommand.ExpressionOf(parsed, expression);
            var place = ZoneOf(parsed.GetValue(zone));
            var wanted = parsed.GetValue(count);
            if (wanted is < 1 or > MostFires) throw new CommandException($"--count {wanted} is out of range: 1-{MostFires}", ExitCodes.Usage);
            var start = parsed.GetValue(from) is { } text ? InstantOf(text, place) : DateTimeOffset.UtcNow;
            Write(parsed.InvocationConfiguration.Output, cron, start, place, wanted, parsed.GetValue(json));
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(
            command, "cron next \"0 */6 * * *\"", "cron next \"30 2 * * *\" --timezone America/New_York --from 2026-03-07T00:00 --count 3", "cron next @monthly --json");
    }

    private static void Write(TextWriter output, CronExpression cron, DateTimeOffset start, TimeZoneInfo zone, int count, bool json)
    {
        if (json)
        {
            CronCommand.WriteJson(output, writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("expression", cron.Text);
                writer.WriteString("timezone", zone.Id);
                writer.WriteString("from", Iso(TimeZoneInfo.ConvertTime(start, zone)));
                writer.WriteStartArray("next");
                foreach (var fire in Fires(cron, start, zone, count)) writer.WriteStringValue(Iso(fire));
                writer.WriteEndArray();
                writer.WriteBoolean("never", cron.IsNever || cron.IsReboot);
                writer.WriteEndObject();
            });
            return;
        }
        var any = false;
        foreach (var fire in Fires(cron, start, zone, count))
        {
            any = true;
            output.WriteLine(Iso(fire));
        }
        if (!any) output.WriteLine("never");
    }

    private static IEnumerable<DateTimeOffset> Fires(CronExpression cron, DateTimeOffset after, TimeZoneInfo zone, int count)
    {
        for (var next = cron.Next(after, zone); count-- > 0 && next is { } fire; next = cron.Next(fire, zone)) yield return fire;
    }

    private static string Iso(DateTimeOffset instant) => instant.ToString("yyyy-MM-ddTHH:mm:sszzz");

    private static TimeZoneInfo ZoneOf(string? name)
    {
        if (name is null or "local") return TimeZoneInfo.Local;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return zone;
        var hint = TimeZoneInfo.GetSystemTimeZones().Count <= 1
            ? "this machine has no time zone data: install tzdata, or write UTC or local"
            : "write UTC, local or an IANA name such as Europe/Berlin";
        throw new CommandException($"--timezone '{ConsoleText.Printable(name)}' is not known ({hint})", ExitCodes.Usage);
    }

    private static DateTimeOffset InstantOf(string text, TimeZoneInfo zone)
    {
        const DateTimeStyles Kind = DateTimeStyles.RoundtripKind;
        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, Kind, out var time) || !DateTimeOffset.TryParse(text, out var instant) || !char.IsAsciiDigit(text.TrimStart()[0]))
            throw new CommandException($"--from '{ConsoleText.Printable(text)}' is not an ISO 8601 instant (write for instance 2026-11-22T09:00:00Z)", ExitCodes.Usage);
        if (time.Kind != DateTimeKind.Unspecified) return instant;
        // Of a time that the clock shows twice the first is meant.
        var offset = zone.IsAmbiguousTime(time) ? zone.GetAmbiguousTimeOffsets(time).Max() : zone.GetUtcOffset(time);
        return new DateTimeOffset(time.Ticks, TimeSpan.Zero) - offset;
    }
}
