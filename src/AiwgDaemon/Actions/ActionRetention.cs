using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions;

/// <summary>
/// Keeps the newest output files. The directory is listed once; from then on the ids of finished actions are remembered in order.
/// Thread-safe; no action waits for more than <see cref="AtOnce"/> removals: a backlog is removed beside the actions.
/// </summary>
internal sealed class ActionRetention(ActionPlaces places, ILogger logger)
{
    private const int AtOnce = 8;

    private readonly Lock _opening = new();
    private readonly Lock _lock = new();
    private readonly Queue<string> _finished = new();
    private volatile bool _listed;
    private bool _removing;
    private int _kept;

    /// <summary>Takes note of what an earlier daemon left, and removes its temporary files. Returns when that is done, whoever does
    /// it.</summary>
    public void Open()
    {
        if (_listed) return;
        lock (_opening)
        {
            if (_listed) return;
            SecureFile.CreateDirectory(places.Actions);
            var ids = new List<string>();
            foreach (var path in Directory.EnumerateFiles(places.Actions))
            {
                var id = Path.GetFileNameWithoutExtension(path);
                if (!ActionId.IsWellFormed(id)) continue;
                if (Path.GetExtension(path) == ".log") ids.Add(id);
                else LetGo(path, id);
            }
            // Ids sort by time.
            ids.Sort(StringComparer.Ordinal);
            lock (_lock)
                foreach (var id in ids) _finished.Enqueue(id);
            _listed = true;
        }
    }

    /// <summary>One more has finished, and so many are to be kept from now on.</summary>
    public void Finished(string id, int kept)
    {
        lock (_lock)
        {
            _kept = kept;
            _finished.Enqueue(id);
            if (_removing) return;
            _removing = true;
        }
        if (!Remove(AtOnce)) ThreadPool.UnsafeQueueUserWorkItem(static self => self.Remove(int.MaxValue), this, preferLocal: false);
    }

    /// <summary>Removes what is too old; false if the number was not enough.</summary>
    private bool Remove(int most)
    {
        for (; most > 0; most--)
        {
            string oldest;
            lock (_lock)
            {
                if (_finished.Count <= _kept)
                {
                    _removing = false;
                    return true;
                }
                oldest = _finished.Dequeue();
            }
            Delete(places.Output(oldest));
        }
        return false;
    }

    // The end of an output that was too large is worth keeping, the other files were for the run only.
    private void LetGo(string path, string id)
    {
        try
        {
            if (Path.GetExtension(path) == OutputTail.Extension && File.Exists(places.Output(id)))
                ActionLog.Salvage(path, places.Output(id), logger);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.OutputLost(logger, path, e.Message);
        }
        Delete(path);
    }

    private void Delete(string path)
    {
        try
        {
            SecureFile.MustBeOurs(path);
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotPruned(logger, e.Message);
        }
    }
}
