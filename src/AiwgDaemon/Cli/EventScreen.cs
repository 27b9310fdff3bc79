using System.Text.Json;
using System.Text;
using AiwgDaemon.Api.Files;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Cli;

/// <summary>Prints events one after the other as they are read, so that a long list costs no memory.</summary>
internal sealed class EventScreen(TextWriter output, TextStyle style, bool utc, bool asJson)
{
    // Only the seam between past and present can hold an event twice.
    private const int MostRemembered = 10_000;

    private bool _hasTitle;

    /// <param name="events">Oldest first.</param>
    /// <param name="none">What to say if there are none; null: nothing.</param>
    public void WriteAll(IEnumerable<DaemonEvent> events, string? none)
    {
        var count = 0;
        foreach (var @event in events)
        {
            if (asJson) output.Write($"{(count == 0 ? "[" : ",")}\n  {Json(@event)}");
            else WriteLine(@event);
            count++;
        }
        if (asJson) output.WriteLine(count == 0 ? "[]" : "\n]");
        else if (count == 0 && none is not null) output.WriteLine(none);
    }

    /// <summary>First the past, then what comes, until the daemon ends.</summary>
    public void Follow(IEnumerable<DaemonEvent> past, IEnumerable<JsonElement> live, EventFilter filter)
    {
        var printed = new HashSet<Guid>();
        foreach (var @event in past) Print(@event);
        output.Flush();
        foreach (var element in live)
        {
            if (EventJson.Parse(element) is not { } @event || !filter.IsWanted(@event) || !Print(@event)) continue;
            output.Flush();
        }

        bool Print(DaemonEvent @event)
        {
            if (!printed.Add(@event.Id)) return false;
            if (printed.Count > MostRemembered) printed.Clear();
            if (asJson) output.WriteLine(Json(@event));
            else WriteLine(@event);
            return true;
        }
    }

    private void WriteLine(DaemonEvent @event)
    {
        if (style.Terminal && !_hasTitle) output.WriteLine(EventText.Title(style));
        _hasTitle = true;
        output.WriteLine(EventText.Line(@event, style, utc));
    }

    private static string Json(DaemonEvent @event) => Encoding.UTF8.GetString(EventJson.ToBytes(@event));
}
