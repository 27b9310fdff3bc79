using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Rules.Machine;

internal static partial class RuleLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Event {EventId} fires {Rule}: action {Action}")]
    public static partial void Fires(ILogger logger, Guid eventId, string rule, string action);

    [LoggerMessage(Level = LogLevel.Information, Message = "Event {EventId} does not fire {Rule}: {Reason}")]
    public static partial void Skipped(ILogger logger, Guid eventId, string rule, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Rule}: {Count} changes during its run are its own and start nothing: {Paths}")]
    public static partial void OwnChanges(ILogger logger, string rule, int count, string paths);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "{Rule} waits up to {Seconds} s: {Path} has changed in each of its last runs; whether it changes without a run too will show")]
    public static partial void Experiments(ILogger logger, string rule, double seconds, string path);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "{Rule}: {Paths} changes by its own run alone, as an experiment has shown; such changes start nothing from now on")]
    public static partial void Learnt(ILogger logger, string rule, string paths);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Rule}: the event has no {Name}; the placeholder is empty")]
    public static partial void MissingValue(ILogger logger, string rule, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Rule}: action {Action} cannot run: {Error}")]
    public static partial void CannotRun(ILogger logger, string rule, string action, string error);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Rule}: attempt {Attempt} of {Attempts} in {Delay} s")]
    public static partial void Retries(ILogger logger, string rule, int attempt, int attempts, double delay);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Rule} is paused: {Reason}")]
    public static partial void Paused(ILogger logger, string rule, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "{Rule} waits: it has fired again and again just after its own run (more than {Times} times within a minute, " +
        "or {InARow} in a row); whether changes go on without it will show")]
    public static partial void Suspected(ILogger logger, string rule, int times, int inARow);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Rule} is held and keeps no more events; new ones are let go until: aiwg-daemon rules resume {Id}")]
    public static partial void LetsGo(ILogger logger, string rule, string id);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Rule} goes on: {Reason}")]
    public static partial void GoesOn(ILogger logger, string rule, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Rule} has {Runs} runs waiting; what comes beyond waits in the journal")]
    public static partial void Deferred(ILogger logger, string rule, int runs);

    [LoggerMessage(Level = LogLevel.Error, Message = "What the rules decided cannot be done ({Effect})")]
    public static partial void EffectFailed(ILogger logger, string effect, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Rule}: action {Action} was lost when the daemon was killed ({What})")]
    public static partial void Lost(ILogger logger, string rule, string action, string what);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Event {EventId} was accepted before the daemon was killed and is delivered again")]
    public static partial void Redelivered(ILogger logger, Guid eventId);
}
