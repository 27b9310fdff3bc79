using System.Diagnostics;
using System.Threading.Channels;

namespace AiwgDaemon.Lifecycle;

/// <summary>What a reload came to: the differences that were applied, or the errors that kept it from being applied.</summary>
internal sealed record ReloadOutcome(bool Applied, IReadOnlyList<string> Changes, IReadOnlyList<string> Errors);

/// <summary>One request to the host: reload, or stop if <see cref="Reload"/> is null.</summary>
internal readonly record struct HostRequest(string Reason, TaskCompletionSource<ReloadOutcome>? Reload);

/// <summary>
/// Requests of signals and clients, taken one after the other by the host: no reload runs beside another or beside a stop.
/// Reloads that nobody waits for are merged while one is waiting, so that a storm of SIGHUP costs two reloads.
/// </summary>
#pragma warning disable CA1001 // The token source has no timer to dispose of, and signals come to the very end.
internal sealed class HostRequests
#pragma warning restore CA1001
{
    // What comes closer than this is one wish: timeout(1), for one, signals both the process and its group.
    private static readonly TimeSpan OneWish = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _hurry = new();
    private readonly Channel<HostRequest> _channel = Channel.CreateUnbounded<HostRequest>();
    private readonly Lock _early = new();
    private Action<string>? _beforeReady;
    private string? _stopReason;
    private int _signalledReloads;
    private long _stopAsked;

    public ChannelReader<HostRequest> Reader => _channel.Reader;

    /// <summary>Cancelled if a stop is asked for once more while the daemon stops: actions then lose what is left of their
    /// grace.</summary>
    public CancellationToken Hurry => _hurry.Token;

    public void Stop(string reason)
    {
        var asked = Interlocked.CompareExchange(ref _stopAsked, Stopwatch.GetTimestamp(), 0);
        if (asked == 0)
        {
            _channel.Writer.TryWrite(new HostRequest(reason, null));
            lock (_early)
            {
                _stopReason = reason;
                _beforeReady?.Invoke(reason);
            }
        }
        else if (Stopwatch.GetElapsedTime(asked) > OneWish) _ = _hurry.CancelAsync();
    }

    /// <summary>
    /// Until the start has come so far that it can be stopped in order, a stop does this at once, on the thread that asks for it; null:
    /// from now on the host hears of it. On return no such call is under way.
    /// </summary>
    public void BeforeReady(Action<string>? stop)
    {
        lock (_early)
        {
            _beforeReady = stop;
            if (stop is not null && _stopReason is { } reason) stop(reason);
        }
    }

    /// <summary>Asks for a reload and gives its outcome.</summary>
    public Task<ReloadOutcome> ReloadAsync(string reason)
    {
        var done = new TaskCompletionSource<ReloadOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _channel.Writer.TryWrite(new HostRequest(reason, done));
        return done.Task;
    }

    /// <summary>Asks for a reload that nobody waits for.</summary>
    public void Reload(string reason)
    {
        if (Interlocked.Exchange(ref _signalledReloads, 1) == 0) _ = ReloadAsync(reason);
    }

    /// <summary>The host begins with a reload: a signal from now on asks for another one.</summary>
    public void BeginReload() => Volatile.Write(ref _signalledReloads, 0);
}
