using AiwgDaemon.Actions.Http;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions;

/// <summary>
/// Does the work of one run at a time, as often as it is asked to. A failure never reaches the caller as an exception: it is in the
/// outcome, in the output file and in the log. When something runs, and what becomes of it, is decided elsewhere. Thread-safe.
/// </summary>
internal sealed class ActionExecutor
{
    private static readonly TimeSpan LastPing = TimeSpan.FromSeconds(2);

    private readonly ActionPlaces _places;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ActionRetention _retention;
    private readonly ActionWork _work;
    private volatile ActionOptions _options;

    public ActionExecutor(ActionOptions options, string projectDirectory, string daemonDirectory, TimeProvider time, ILogger logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _places = new ActionPlaces(projectDirectory, Path.Combine(daemonDirectory, "actions"));
        _retention = new ActionRetention(_places, logger);
        _work = new ActionWork(_places, time, logger, () => Doctor, () => Agent);
    }

    /// <summary>The daemon's own environment check: writes its findings, returns the exit code.</summary>
    public Func<TextWriter, CancellationToken, Task<int>>? Doctor { get; init; }

    /// <summary>Runs agents; what keeps one from being started is an exception.</summary>
    public ExecuteAgent? Agent { get; init; }

    /// <summary>Is told of what goes wrong beside the actions.</summary>
    public IssueReport? Report { get; init; }

    /// <summary>New limits: for what starts from now on.</summary>
    public void Reload(ActionOptions options) => _options = options;

    /// <summary>Returns when the action and all that it was to wait for have ended.</summary>
    /// <param name="run">Not started yet; stopped or not.</param>
    /// <param name="started">Called when its program runs; not if it could not be started.</param>
    public async Task<ActionEnd> ExecuteAsync(ActionRun run, Action<ActionStart> started)
    {
        var options = _options;
        string? output = null;
        ActionOutcome outcome;
        var ping = JobPing.Begin(run.Request, Report, _time, _logger);
        try
        {
            _retention.Open();
            run.StopAfter(run.Request.Action.Timeout ?? options.Timeout, options.Grace);
            outcome = await _work.RunAsync(run, options, Started);
        }
        catch (Exception e)
        {
            // Whatever it was, it is this action's failure alone.
            outcome = (e as NotRunException)?.Outcome ?? ActionOutcome.Failure(e.Message);
            output = LeaveError(run, outcome, (e as NotRunException)?.Printed ?? default, hasHeader: output is not null);
        }
        run.Dispose();
        if (outcome.Wait is not null) return new ActionEnd(outcome, output);
        var told = ping?.EndAsync(outcome, output is null ? null : _places.Output(run.Request.Id));
        // Nothing else keeps the process alive for it.
        if (told is not null && run.Stopped == StopReason.Shutdown) await Task.WhenAny(told, Task.Delay(LastPing, _time));
        if (output is not null) _retention.Finished(run.Request.Id, options.Kept);
        return new ActionEnd(outcome, output);

        void Started(ProcessIdentity process)
        {
            output = _places.RelativeOutput(run.Request.Id);
            started(new ActionStart(process, output));
        }
    }

    // So that `actions logs` has an answer also for what could not be started.
    private string? LeaveError(ActionRun run, ActionOutcome outcome, ReadOnlyMemory<byte> printed, bool hasHeader)
    {
        try
        {
            using var log = ActionLog.Open(_places.Output(run.Request.Id), _options.MaxOutputBytes, _logger);
            if (!hasHeader) log.WriteHeader(run.Request, _places.Directory(run.Request.Action), _time.GetUtcNow());
            log.Write(printed.Span);
            log.WriteFooter(outcome.ToString(), TimeSpan.Zero, _time.GetUtcNow());
            return _places.RelativeOutput(run.Request.Id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.OutputLost(_logger, _places.Output(run.Request.Id), e.Message);
            return hasHeader ? _places.RelativeOutput(run.Request.Id) : null;
        }
    }
}
