using AiwgDaemon.State;

namespace AiwgDaemon.Actions;

/// <summary>The records of finished actions, a bounded number of them, found by id. Not thread-safe.</summary>
internal sealed class ActionHistory
{
    private readonly Dictionary<string, ActionRecord> _byId = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public void Add(ActionRecord record, int capacity)
    {
        if (!_byId.TryAdd(record.Id, record))
        {
            _byId[record.Id] = record;
            return;
        }
        _order.Enqueue(record.Id);
        while (_order.Count > Math.Max(capacity, 1)) _byId.Remove(_order.Dequeue());
    }

    public ActionRecord? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The last ones, newest first.</summary>
    public ActionRecord[] Last(int count) => [.. _order.Skip(Math.Max(0, _order.Count - count)).Reverse().Select(id => _byId[id])];
}
