using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Bus;

/// <summary>
/// What could not be delivered, in <c>events/dead-letters.jsonl</c>: the newest 1,000, 10 MB at most. The file may hold as
/// many again that are pruned already, so that a flood of failures does not rewrite it for each. Thread-safe.
/// </summary>
internal sealed class DeadLetters
{
    public const int MaxCount = 1000;
    public const int MaxBytes = 10 * 1024 * 1024;

    private const string Issue = "bus.dead_letters";
    private const string DamageIssue = "bus.dead_letters.damaged";

    private readonly Lock _gate = new();
    private readonly LinkedList<(DeadLetter Letter, int Bytes)> _letters = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly IssueReport _report;
    private readonly ILogger _logger;
    private long _bytes;
    private JsonLines? _file;
    private bool _behind;

    public DeadLetters(string path, TimeProvider time, IssueReport report, ILogger logger) =>
        (_path, _time, _report, _logger) = (path, time, report, logger);

    /// <summary>Reads the letters of earlier days; never throws. What cannot be read is set aside, and health says so.</summary>
    public void Open()
    {
        lock (_gate)
        {
            try
            {
                var unreadable = SecureFile.IsMisplaced(_path) ? "it is not a regular file" : Load();
                if (unreadable is null) return;
                var aside = SecureFile.SetAside(_path, "damaged");
                _report(DamageIssue, $"Dead letters in {_path} cannot be read: {unreadable}; what was there is kept in {aside}");
                if (_letters.Count > 0) Store(Rewrite);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _report(DamageIssue, $"Dead letters in {_path} cannot be read: {e.Message}; mend or remove the file, and restart");
            }
        }
    }

    public int Count
    {
        get
        {
            lock (_gate) return _letters.Count;
        }
    }

    public void Add(FailedDelivery failed, string handler) =>
        Add(
            new DeadLetter(
                TimeOrderedId.Create(_time.GetUtcNow()),
                failed.Event,
                handler,
                failed.Error?.Message ?? "The daemon stopped before it was tried again",
                failed.Attempts,
                failed.FirstAt,
                _time.GetUtcNow()
            )
        );

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<DeadLetter> List()
    {
        lock (_gate) return [.. _letters.Select(item => item.Letter)];
    }

    /// <summary>By its id, the id of its event, or the beginning of either; null if there is none.</summary>
    public DeadLetter? Find(string id)
    {
        if (id.Length == 0) return null;
        return List().FirstOrDefault(letter => letter.Id.ToString().StartsWith(id, StringComparison.OrdinalIgnoreCase))
            ?? List().FirstOrDefault(letter => letter.Event.Id.ToString().StartsWith(id, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Gives the letters to their handlers again and removes those that were taken; returns how many.</summary>
    public int Retry(EventBus bus, IEnumerable<DeadLetter> letters)
    {
        var taken = letters.Where(bus.Retry).Select(letter => letter.Id).ToHashSet();
        Remove(letter => taken.Contains(letter.Id));
        return taken.Count;
    }

    /// <summary>Removes all; returns how many there were.</summary>
    public int Clear() => Remove(_ => true);

    /// <summary>Where the disk refused letters: tries to write them all.</summary>
    public void Retry()
    {
        if (!_gate.TryEnter()) return;
        try
        {
            if (_behind) Store(Rewrite);
        }
        finally
        {
            _gate.Exit();
        }
    }

    // Returns what is wrong with it; null if all of it could be read.
    private string? Load()
    {
        var (number, first, bad) = (0, 0, 0);
        foreach (var (line, _) in JsonLines.Read(_path))
        {
            number++;
            if (DeadLetter.Parse(line.Span) is { } letter) Keep(letter, line.Length);
            else
            {
                BusLog.UnreadableLine(_logger, _path, number, "it is no dead letter");
                if (bad++ == 0) first = number;
            }
        }
        if (number == 0 && new FileInfo(_path) is { Exists: true, Length: > 0 }) return "it holds no line";
        return bad == 0 ? null : $"{bad} of {number} lines are no dead letters, the first is line {first}";
    }

    private void Add(DeadLetter letter)
    {
        var line = letter.ToJson();
        lock (_gate)
        {
            Keep(letter, line.Length);
            Store(() =>
            {
                if (_behind || _file?.IsIntact() == false)
                {
                    // Removed, replaced or cut under us, or without what the disk refused before; this one is kept already.
                    Rewrite();
                    return;
                }
                _file ??= JsonLines.Open(_path, _logger);
                _file.Append([.. line, (byte)'\n']);
                if (_file.Length > 2 * Math.Max(_bytes, 64 * 1024)) Rewrite();
            });
        }
    }

    private int Remove(Func<DeadLetter, bool> which)
    {
        lock (_gate)
        {
            var removed = 0;
            for (var node = _letters.First; node is not null;)
            {
                var next = node.Next;
                if (which(node.Value.Letter))
                {
                    _bytes -= node.Value.Bytes;
                    _letters.Remove(node);
                    removed++;
                }
                node = next;
            }
            if (removed > 0) Store(Rewrite);
            return removed;
        }
    }

    private void Keep(DeadLetter letter, int bytes)
    {
        _letters.AddLast((letter, bytes));
        _bytes += bytes;
        while (_letters.Count > MaxCount || (_bytes > MaxBytes && _letters.Count > 1))
        {
            _bytes -= _letters.First!.Value.Bytes;
            _letters.RemoveFirst();
        }
    }

    private void Rewrite()
    {
        _file?.Dispose();
        _file = null;
        using var content = new MemoryStream();
        foreach (var (letter, _) in _letters)
        {
            content.Write(letter.ToJson());
            content.WriteByte((byte)'\n');
        }
        SecureFile.Replace(_path, content.GetBuffer().AsSpan(0, (int)content.Length), SecureFile.Private);
    }

    // The letters stay in memory if the disk refuses them.
    private void Store(Action write)
    {
        try
        {
            write();
            _behind = false;
            _report(Issue, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_behind) BusLog.WriteFailed(_logger, _path, e.Message);
            _behind = true;
            _report(Issue, $"Dead letters cannot be written to {_path}: {e.Message}; free space or mend the permissions");
        }
    }
}
