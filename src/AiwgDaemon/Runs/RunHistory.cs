using AiwgDaemon.State;

namespace AiwgDaemon.Runs;

/// <summary>
/// The records of ended runs, a bounded number of them, found by id. Those that never started are counted apart, so that a cancelled queue
/// of thousands does not push out what has run. Not thread-safe.
/// </summary>
internal sealed class RunHistory
{
    private readonly Dictionary<string, ActionRecord> _byId = new(StringComparer.Ordinal);
    private readonly Queue<string> _ran = new(), _neverStarted = new();

    public void Add(ActionRecord record, int capacity)
    {
        if (!_byId.TryAdd(record.Id, record))
        {
            _byId[record.Id] = record;
            return;
        }
        var order = record is { StartedAt: null, Status: ActionStatus.Cancelled } ? _neverStarted : _ran;
        order.Enqueue(record.Id);
        while (order.Count > Math.Max(capacity, 1)) _byId.Remove(order.Dequeue());
    }

    public ActionRecord? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>All that are remembered, in no order.</summary>
    public IReadOnlyCollection<ActionRecord> All => _byId.Values;

    /// <summary>The last ones, newest first; at most half of them never started, if there are others.</summary>
    public ActionRecord[] Last(int count)
    {
        var unstarted = Math.Min(_neverStarted.Count, Math.Max(count / 2, count - _ran.Count));
        return
        [
            .. Newest(_ran, count - unstarted)
                .Concat(Newest(_neverStarted, unstarted))
                .OrderByDescending(static r => r.CompletedAt)
                .ThenByDescending(static r => r.Id, StringComparer.Ordinal),
        ];
    }

    private IEnumerable<ActionRecord> Newest(Queue<string> order, int count) =>
        order.Skip(Math.Max(0, order.Count - count)).Select(id => _byId[id]);
}
