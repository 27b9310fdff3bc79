namespace AiwgDaemon.Events;

/// <summary>
/// The one place that says what events there are. Rules, templates, the checks of the configuration and <c>rules test</c> follow from it.
/// A source without an entry does not compile.
/// </summary>
internal static class EventCatalogue
{
    private static readonly EventKind Watch = new()
    {
        Source = EventSource.Watch,
        Word = "watch",
        About = "a file that was made, changed or removed",
        Types = [EventTypes.FileCreate, EventTypes.FileModify, EventTypes.FileDelete],
        UsualType = EventTypes.FileModify,
        Selector = new EventSelector("path_pattern", "path"),
        PayloadKeys =
        [
            "path",
            "path_base64",
            "event_type",
            "root",
            "moved_from",
            "moved_from_base64",
            "moved_to",
            "moved_to_base64",
        ],
    };

    private static readonly EventKind Schedule = new()
    {
        Source = EventSource.Schedule,
        Word = "schedule",
        About = "a job whose time has come",
        Types = [EventTypes.CronFired],
        UsualType = EventTypes.CronFired,
        Selector = new EventSelector("job_id", "job_id"),
        PayloadKeys = ["job_id", "action", "scheduled_for", "catch_up"],
    };

    private static readonly EventKind Webhook = new()
    {
        Source = EventSource.Webhook,
        Word = "webhook",
        About = "a request to an endpoint",
        Types = [EventTypes.WebhookReceived],
        UsualType = EventTypes.WebhookReceived,
        Selector = new EventSelector("endpoint", "endpoint"),
        PayloadKeys = ["method", "endpoint", "delivery_id", "body", "query", "headers"],
    };

    private static readonly EventKind Manual = new()
    {
        Source = EventSource.Manual,
        Word = "manual",
        About = "what somebody emits or asks for",
        Types = [],
        UsualType = null,
        Selector = null,
        PayloadKeys = null,
    };

    private static readonly EventKind Daemon = new()
    {
        Source = EventSource.Daemon,
        Word = "daemon",
        About = "the end of an action, and what becomes of the daemon itself",
        Types =
        [
            EventTypes.ActionCompleted,
            EventTypes.ActionFailed,
            EventTypes.ActionTimeout,
            EventTypes.ActionCancelled,
            EventTypes.ActionLost,
            EventTypes.DaemonStarted,
            EventTypes.DaemonReloaded,
        ],
        UsualType = EventTypes.DaemonStarted,
        Selector = null,
        PayloadKeys = null,
    };

    /// <summary>In the order of <see cref="EventSource"/>.</summary>
    public static IReadOnlyList<EventKind> All { get; } = [.. Enum.GetValues<EventSource>().Select(Of)];

#pragma warning disable CS8524 // A number that is no source cannot come in; without a last case a missing source is an error (CS8509).
    public static EventKind Of(EventSource source) =>
        source switch
        {
            EventSource.Watch => Watch,
            EventSource.Schedule => Schedule,
            EventSource.Webhook => Webhook,
            EventSource.Manual => Manual,
            EventSource.Daemon => Daemon,
        };
#pragma warning restore CS8524
}
