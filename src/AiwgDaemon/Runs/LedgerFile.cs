using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Runs;

/// <summary>
/// The file of the delivery ledger: appended to without a flush, flushed within two seconds, and replaced when most of it is over or when
/// it cannot be appended to. A failing disk is reported, and tried again. Everything but <see cref="Flush"/> is called under the gate.
/// </summary>
/// <param name="path">The file; its directory is made if it is missing.</param>
/// <param name="here">Whose ledger it is, for its first line.</param>
/// <param name="gate">The store's lock.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="report">Health.</param>
/// <param name="logger">Category <c>rules</c>.</param>
internal sealed class LedgerFile(
    string path, LedgerOrigin? here, Lock gate, TimeProvider time, IssueReport report, ILogger logger) : IDisposable
{
    private const string Issue = "bus.ledger";
    private const long CompactAbove = 1024 * 1024;
    private static readonly TimeSpan FlushDelay = TimeSpan.FromSeconds(2);

    private JsonLines? _file;
    private ITimer? _flush;
    private bool _failing, _flushPending;

    /// <summary>The lines that are appended next.</summary>
    public LedgerWriter Lines { get; } = new();

    /// <summary>Goes on with the file that is there, or replaces it by what is known.</summary>
    public void Begin(LedgerState state, long nextNumber, bool rewrite, bool flush)
    {
        if (rewrite)
        {
            Replace(state, flush);
            return;
        }
        _file = JsonLines.Open(path, logger);
        Lines.Number = nextNumber;
    }

    /// <summary>Appends <see cref="Lines"/>, which <paramref name="state"/> knows already.</summary>
    public void Append(LedgerState state)
    {
        if (Lines.Written.IsEmpty) return;
        Try(() =>
        {
            if (_failing || _file?.IsIntact() != true)
            {
                // Removed, replaced or cut under us, or without what the disk refused before: written anew from what is known
                // here, which holds what is to be appended.
                Replace(state, flush: true);
                return;
            }
            _file.Append(Lines.Written);
            FlushSoon();
            // Between two bursts: the checkpoint covers every event whose lines are dropped here.
            if (_file.Length > CompactAbove && _file.Length > 4 * state.LiveBytes) Replace(state, flush: true);
        });
    }

    /// <summary>If the last write failed: writes the file anew.</summary>
    public void Retry(LedgerState state)
    {
        if (_failing) Try(() => Replace(state, flush: true));
    }

    /// <summary>What was appended so far is on the disk on return, or health says why not. Not under the gate.</summary>
    public void Flush()
    {
        JsonLines? file;
        lock (gate)
        {
            _flushPending = false;
            file = _file;
        }
        try
        {
            // Outside the lock: notes go on meanwhile.
            file?.Flush();
        }
        catch (ObjectDisposedException)
        {
            // Written anew and flushed meanwhile, or closed.
        }
        catch (IOException e)
        {
            lock (gate) Fail(e);
        }
    }

    /// <summary>Does what may fail for the disk's sake: health says so until something succeeds.</summary>
    public void Try(Action write)
    {
        try
        {
            write();
            if (_failing) report(Issue, null);
            _failing = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(e);
        }
    }

    public void Dispose()
    {
        _flush?.Dispose();
        if (_flushPending && _file is not null) Try(_file.Flush);
        _file?.Dispose();
        _file = null;
        Lines.Dispose();
    }

    private void Replace(LedgerState state, bool flush)
    {
        _file?.Dispose();
        _file = null;
        JsonLines.MakeDirectory(Path.GetDirectoryName(path)!);
        Lines.Number = 1;
        SecureFile.Replace(path, state.Write(Lines, here), SecureFile.Private, flush);
        _file = JsonLines.Open(path, logger);
    }

    // Not with each note: a run that is repeated after a loss of power costs less than a flush for every run.
    private void FlushSoon()
    {
        if (_flushPending) return;
        _flushPending = true;
        _flush ??= time.CreateTimer(
            static self => ThreadPool.UnsafeQueueUserWorkItem(static ledger => ledger.Flush(), (LedgerFile)self!, preferLocal: false),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        _flush.Change(FlushDelay, Timeout.InfiniteTimeSpan);
    }

    private void Fail(Exception e)
    {
        if (!_failing) BusLog.WriteFailed(logger, path, e.Message);
        _failing = true;
        report(
            Issue,
            $"The delivery ledger {path} cannot be used: {e.Message}; free space or mend the permissions, else a crash may lose or "
                + "repeat actions"
        );
    }
}
