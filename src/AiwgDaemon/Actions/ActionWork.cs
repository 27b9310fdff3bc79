using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions;

/// <summary>Runs an agent; returns when it has ended or goes back to wait.</summary>
/// <param name="run">The run.</param>
/// <param name="options">The limits at its start.</param>
/// <param name="printed">What its condition printed.</param>
/// <param name="started">Called when its program runs.</param>
internal delegate Task<ActionOutcome> ExecuteAgent(
    ActionRun run, ActionOptions options, ReadOnlyMemory<byte> printed, Action<ProcessIdentity> started);

/// <summary>Does one action: asks its condition, then runs it in the way of its kind. What keeps it from being started is an
/// exception.</summary>
internal sealed class ActionWork
{
    private readonly ProcessAction _process;
    private readonly Lazy<BuiltInAction> _builtIn;
    private readonly ActionCondition _condition;
    private readonly Func<ExecuteAgent?> _agent;

    /// <param name="places">Where actions run and leave their files.</param>
    /// <param name="time">Measures how long it takes.</param>
    /// <param name="logger">Of category actions.</param>
    /// <param name="doctor">Gives the daemon's own environment check, if there is one.</param>
    /// <param name="agent">Gives what runs agents, if there is such a thing.</param>
    public ActionWork(
        ActionPlaces places, TimeProvider time, ILogger logger, Func<Func<TextWriter, CancellationToken, Task<int>>?> doctor,
        Func<ExecuteAgent?> agent)
    {
        _agent = agent;
        var spawn = new ActionSpawn(places, logger);
        _process = new ProcessAction(places, spawn, time, logger);
        _condition = new ActionCondition(spawn);
        _builtIn = new(() => new BuiltInAction(places, time, logger, doctor()));
    }

    /// <summary>Returns when the action has ended; <paramref name="started"/> is called when it has begun.</summary>
    public async Task<ActionOutcome> RunAsync(ActionRun run, ActionOptions options, Action<ProcessIdentity> started)
    {
        var action = run.Request.Action;
        var printed = action.OnlyIf.Count == 0 ? default : await _condition.AskAsync(run, options);
        if (action.Type == ActionType.Agent)
            return await (_agent() ?? throw new InvalidOperationException("Nothing here runs agents"))(run, options, printed, started);
        return _builtIn.Value.Runs(action)
            ? await _builtIn.Value.RunAsync(run, options, printed, started)
            : await _process.RunAsync(run, options, printed, started);
    }
}
