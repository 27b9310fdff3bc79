namespace AiwgDaemon.Runs;

/// <summary>The runs that ended last, as many as are shown, and no more events of them than memory is meant to hold. Not
/// thread-safe.</summary>
internal sealed class EndedRuns
{
    private const int MostRuns = 200;
    private const int MostEvents = 20_000;

    private readonly Dictionary<string, EndedRun> _byId = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private int _events;

    public IEnumerable<EndedRun> All => _order.Select(id => _byId[id]);

    /// <summary>About how many bytes their lines take.</summary>
    public long Bytes { get; private set; }

    public void Add(EndedRun run)
    {
        if (!_byId.TryAdd(run.Id, run)) return;
        _order.Enqueue(run.Id);
        _events += run.Events.Count;
        Bytes += run.Bytes;
        while (_order.Count > MostRuns || (_events > MostEvents && _order.Count > 1))
        {
            _byId.Remove(_order.Dequeue(), out var oldest);
            _events -= oldest!.Events.Count;
            Bytes -= oldest.Bytes;
        }
    }

    public EndedRun? Find(string id) => _byId.GetValueOrDefault(id);
}
