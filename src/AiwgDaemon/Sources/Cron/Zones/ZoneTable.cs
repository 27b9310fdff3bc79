using System.Text;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Cron.Zones;

/// <summary>
/// The zones that jobs use, read when they are first asked for. A look costs one system call a zone and sees that the file was replaced,
/// written to, mounted over or that a link turned (inode, size and change time of what the path leads to). What cannot be read
/// is an issue, and what was read before it stays in use. Not thread-safe.
/// </summary>
internal sealed class ZoneTable(ZoneFiles files, IssueReport report)
{
    private readonly ZoneFiles _files = files;
    private readonly IssueReport _report = report;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Counts the changes, so that who has planned with these zones sees that they are others now.</summary>
    public int Version { get; private set; }

    /// <summary>The zone of a name; the local one for null.</summary>
    public Zone this[string? name]
    {
        get
        {
            if (!_entries.TryGetValue(name ?? "", out var entry)) _entries.Add(name ?? "", entry = new Entry(name, this));
            return entry.Zone;
        }
    }

    /// <summary>Reads anew what has changed on the disk.</summary>
    public void Refresh()
    {
        foreach (var entry in _entries.Values)
            if (entry.HasChanged) entry.Read(this);
    }

    /// <summary>Reads all zones anew and forgets those that no job has; for a reload, which asks for what is true now.</summary>
    public void Keep(IEnumerable<string?> names)
    {
        var kept = names.Select(n => n ?? "").ToHashSet(StringComparer.Ordinal);
        foreach (var (name, entry) in _entries.ToList())
        {
            if (kept.Contains(name)) entry.Read(this);
            else if (_entries.Remove(name)) _report(entry.Issue, null);
        }
    }

    private sealed class Entry
    {
        private readonly string? _name;
        private byte[] _path = [];
        private byte[]? _content;
        private FileStatusMark _mark;

        public Entry(string? name, ZoneTable table)
        {
            _name = name;
            Zone = Take(table);
        }

        public Zone Zone { get; private set; }

        public string Issue => $"cron.zone.{_name ?? "local"}";

        public bool HasChanged => _path.Length > 0 && Look() != _mark;

        public void Read(ZoneTable table)
        {
            var before = _content;
            var zone = Take(table);
            // What cannot be read now was right until now: it may be half replaced.
            if (_content is null ? before is not null : before is not null && _content.AsSpan().SequenceEqual(before)) _content = before;
            else
            {
                Zone = zone;
                table.Version++;
            }
        }

        private Zone Take(ZoneTable table)
        {
            var read = table._files.Read(_name);
            var path = read.Path is null ? _path : Encoding.UTF8.GetBytes(read.Path + '\0');
            var isGone = read.Content is null && _content is not null;
            (_path, _content) = (path, read.Content);
            _mark = read.Path is null ? Look() : read.Mark;
            var problem = read.Problem ?? (isGone ? $"{read.Path ?? "the file of the zone"} is gone: put a time zone there" : null);
            table._report(Issue, problem is null ? null : isGone ? $"{problem}; what was read before stays in use" : $"{problem}");
            return read.Zone;
        }

        // Without a file, on Windows or if no zone has the name, there is nothing to look at.
        private FileStatusMark Look() => _path.Length > 0 && FileStatusMark.TryGet(_path, follow: true, out var mark) ? mark : default;
    }
}
