namespace AiwgDaemon.Events;

/// <summary>Where an event comes from; what its events are like is in <see cref="EventCatalogue"/>.</summary>
internal enum EventSource
{
    Watch,
    Schedule,
    Webhook,
    Manual,
    Daemon,
}
