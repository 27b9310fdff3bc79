using System.Text;
using AiwgDaemon.Logging;

namespace AiwgDaemon.Api.Files;

/// <summary>The newest lines of the log that hold what is asked for.</summary>
/// <param name="filter">Level and time.</param>
/// <param name="text">They hold this, in any case; null for all.</param>
internal sealed class LogSearch(LogFilter filter, string? text)
{
    private readonly Queue<string> _lines = new();

    /// <summary>True if there are lines before those that were given out.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Oldest first; empty if there is no log.</summary>
    /// <param name="path">The log's current file.</param>
    /// <param name="skip">Leaves out so many of the newest ones.</param>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<string> Newest(string path, int skip, int limit)
    {
        var most = skip + limit + 1;
        using (var tail = new LogTail(path, filter, lines => Take(lines, most)))
            tail.PrintLast(text is null ? most : long.MaxValue, follow: false);
        HasMore = _lines.Count == most;
        return [.. _lines.SkipLast(skip).TakeLast(limit)];
    }

    private void Take(ReadOnlySpan<byte> lines, int most)
    {
        foreach (var range in lines.Split((byte)'\n'))
        {
            var line = lines[range];
            if (line.IsEmpty) continue;
            var shown = Encoding.UTF8.GetString(line);
            if (text is not null && !shown.Contains(text, StringComparison.OrdinalIgnoreCase)) continue;
            _lines.Enqueue(shown);
            if (_lines.Count > most) _lines.Dequeue();
        }
    }
}
