using System.Collections.Concurrent;
using System.Threading.Channels;

namespace AiwgDaemon.Rules;

/// <summary>Those who asked for a run and wait for its id. Thread-safe.</summary>
internal sealed class RunRequests
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<string>> _waiting = [];
    private volatile bool _isAbandoned;

    /// <summary>The id of the run that is decided on for this key, after <paramref name="ask"/> was done.</summary>
    public async Task<string> AskAsync(Guid key, Func<ValueTask> ask, CancellationToken token)
    {
        var decided = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[key] = decided;
        try
        {
            if (_isAbandoned) Abandon(decided);
            await ask();
            return await decided.Task.WaitAsync(token);
        }
        finally
        {
            _waiting.TryRemove(key, out _);
        }
    }

    public void Answer(Guid key, string runId)
    {
        if (_waiting.TryGetValue(key, out var decided)) decided.TrySetResult(runId);
    }

    /// <summary>Nobody is answered any more.</summary>
    public void Abandon()
    {
        _isAbandoned = true;
        foreach (var decided in _waiting.Values) Abandon(decided);
    }

    private static void Abandon(TaskCompletionSource<string> decided) => decided.TrySetException(
        new ChannelClosedException("The daemon is stopping; the action that was asked for runs when it is started again"));
}
