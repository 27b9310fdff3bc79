using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.State;

namespace AiwgDaemon.Runs;

/// <summary>The daemon's own events about actions: <c>action.completed</c>, <c>.failed</c>, <c>.timeout</c>, <c>.cancelled</c>,
/// <c>.lost</c>; payload: the action's record.</summary>
internal static class ActionEvents
{
    public static string Word(ActionStatus status) => ActionStatusConverter.Words[(int)status];

    /// <summary>What <see cref="Word"/> makes of the status of an ended run; null if it is none.</summary>
    public static ActionStatus? StatusOf(string word) =>
        Array.IndexOf(ActionStatusConverter.Words, word) is var status && status > (int)ActionStatus.Running ? (ActionStatus)status : null;

    /// <summary>The run that such an event tells the end of; null for every other event.</summary>
    public static ActionRecord? EndedRun(DaemonEvent @event) =>
        @event.Source == EventSource.Daemon && @event.Type.StartsWith(EventTypes.ActionPrefix, StringComparison.Ordinal)
            ? JsonSerializer.Deserialize(@event.Payload.Span, StateJsonContext.TolerantAction)
            : null;

    public static DaemonEvent Create(ActionRecord record, DateTimeOffset now) =>
        EventFactory.Create(now, EventSource.Daemon, EventTypes.ActionPrefix + Word(record.Status), record.RuleId, record,
            static (writer, r) => JsonSerializer.Serialize(writer, r, StateJsonContext.Default.ActionRecord), causedBy: record.Id);
}
