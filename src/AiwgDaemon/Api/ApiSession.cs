namespace AiwgDaemon.Api;

/// <summary>
/// What one client has open: its event streams, and what waits until an answer is out. Calls come one after the other.
/// </summary>
/// <param name="deliver">Brings an item of the stream with this number to the client; it never fails.</param>
/// <param name="clients">How many clients the door has now.</param>
internal sealed class ApiSession(Func<int, StreamItem, Task> deliver, Func<int> clients) : IAsyncDisposable
{
    public const int MaxStreams = 8;

    private readonly Dictionary<int, OpenStream> _streams = [];
    private readonly List<Action> _afterAnswer = [];
    private int _lastId;

    public bool HasStreams => _streams.Count > 0;

    public int Clients => clients();

    /// <summary>Runs once the answer to the current call has been sent.</summary>
    public void AfterAnswer(Action action) => _afterAnswer.Add(action);

    public void AnswerSent()
    {
        if (_afterAnswer.Count == 0) return;
        foreach (var action in _afterAnswer) action();
        _afterAnswer.Clear();
    }

    /// <summary>Opens a stream of the wanted events; nothing is sent on it before the answer that names it.</summary>
    public int Subscribe(IDaemon daemon, EventSource? source, string? type)
    {
        if (_streams.Count >= MaxStreams)
            throw new ApiException(
                ApiError.LimitReached,
                $"This connection has {MaxStreams} event streams; unsubscribe from one or open another connection"
            );
        var id = ++_lastId;
        var open = new OpenStream(new EventStream(daemon, source, type));
        AfterAnswer(() => open.Go.TrySetResult(true));
        open.Pump = PumpAsync(id, open);
        _streams[id] = open;
        return id;
    }

    /// <summary>On return nothing more is sent on it; false if there is none.</summary>
    public async ValueTask<bool> UnsubscribeAsync(int id)
    {
        if (!_streams.Remove(id, out var open)) return false;
        await open.DisposeAsync();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var open in _streams.Values) await open.DisposeAsync();
        _streams.Clear();
    }

    private async Task PumpAsync(int id, OpenStream open)
    {
        if (!await open.Go.Task) return;
        await foreach (var item in open.Stream) await deliver(id, item);
    }

    private sealed class OpenStream(EventStream stream) : IAsyncDisposable
    {
        public EventStream Stream => stream;

        /// <summary>True once the answer that names it is out; false if it is left before that.</summary>
        public TaskCompletionSource<bool> Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Pump { get; set; } = Task.CompletedTask;

        public async ValueTask DisposeAsync()
        {
            Go.TrySetResult(false);
            await stream.DisposeAsync();
            await Pump;
        }
    }
}
