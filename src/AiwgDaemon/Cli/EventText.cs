using System.Text;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Cli;

/// <summary>Events as lines of a list. Each is printed as it comes, so that the columns have fixed widths. Pure.</summary>
internal static class EventText
{
    // A payload on a terminal is a hint; all of it is in events show.
    private const int LongestSubject = 200;

    public static string Title(TextStyle style) =>
        style.Bold($"{"TIME".PadRight(style.Instant(default, utc: false).Length)}  {"SOURCE", -8}  {"TYPE", -16}  SUBJECT");

    public static string Line(DaemonEvent @event, TextStyle style, bool utc)
    {
        var subject = ConsoleText.Printable(@event.Subject.Length > 0 ? @event.Subject : Encoding.UTF8.GetString(@event.Payload.Span));
        if (style.Terminal) subject = TextWidth.Fit(subject, LongestSubject);
        var again = @event.Redelivered ? "  (delivered again)" : "";
        return $"{style.Instant(@event.Timestamp, utc)}  {EventJson.Word(@event.Source), -8}  {ConsoleText.Printable(@event.Type), -16}  "
            + $"{subject}{again}";
    }
}
