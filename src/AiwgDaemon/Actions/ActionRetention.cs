using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions;

/// <summary>
/// Keeps the newest output files. The directory is listed once; from then on the ids of finished actions are remembered
/// in order. Not thread-safe.
/// </summary>
internal sealed class ActionRetention(ActionPlaces places, ILogger logger)
{
    private readonly Queue<string> _finished = new();
    private bool _listed;

    /// <summary>Takes note of what an earlier daemon left, and removes its temporary files.</summary>
    public void Open()
    {
        if (_listed) return;
        _listed = true;
        SecureFile.CreateDirectory(places.Actions);
        var ids = new List<string>();
        foreach (var path in Directory.EnumerateFiles(places.Actions))
        {
            var id = Path.GetFileNameWithoutExtension(path);
            if (!ActionId.IsWellFormed(id)) continue;
            if (Path.GetExtension(path) == ".log") ids.Add(id);
            else Delete(path);
        }
        // Ids sort by time.
        ids.Sort(StringComparer.Ordinal);
        foreach (var id in ids) _finished.Enqueue(id);
    }

    public void Finished(string id, int kept)
    {
        _finished.Enqueue(id);
        while (_finished.Count > kept) Delete(places.Output(_finished.Dequeue()));
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
