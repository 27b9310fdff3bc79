namespace AiwgDaemon.Agents.Sessions;

/// <summary>Whose words an event brings.</summary>
internal static class EventTrust
{
    /// <summary>The source of the first event whose content may be from somebody else than the project's owner; null if there is none. A
    /// job's instant and what the owner emits are the owner's. A webhook, a changed file and what an action printed are not.</summary>
    public static string? Untrusted(IReadOnlyList<DaemonEvent> events)
    {
        foreach (var @event in events)
            if (@event.Source is not (EventSource.Schedule or EventSource.Manual)) return EventJson.Word(@event.Source);
        return null;
    }
}
