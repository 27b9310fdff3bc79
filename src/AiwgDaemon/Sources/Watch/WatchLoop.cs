using System.Collections.Concurrent;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Changes;
using AiwgDaemon.Sources.Watch.Watches;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Watch;

/// <summary>
/// The watcher's thread: reads events until there are none, then gives out what is due, then sleeps until the next is due. Other threads
/// only leave a note and wake it. It keeps its own time, for a timer's thread would have to wake up first and then wake this one.
/// </summary>
internal sealed class WatchLoop : IDisposable
{
    private const int BufferSize = 64 * 1024;

    // More than the kernel's queue can hold, so that what was in it when a listing began has been read before anything is given out.
    private const int MostReads = 128;

    private readonly ConcurrentQueue<Action> _notes = new();
    private readonly ThreadGate _gate = new();
    private readonly Inotify? _inotify;
    private readonly PortableWatcher? _portable;
    private readonly MountTable _mounts;
    private readonly Action _misplaced;
    private readonly WatchTree _tree;
    private readonly ChangePublisher _publisher;
    private readonly PollPace _polls;
    private readonly IssueReport _report;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly Thread _thread;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<FileChange> _batch = [];
    private List<FileChange> _spareBatch = [];
    private bool _stopping;
    private volatile bool _abandoned;
    private int _disposed;
    private volatile WatchStatus _status;

    /// <param name="mounts">Is disposed of with the loop.</param>
    /// <param name="misplaced">Is called when the roots are to be divided anew; on the loop's thread.</param>
    public WatchLoop(
        WatchPlan plan,
        ChangePublisher publisher,
        WatchIssues issues,
        IssueReport report,
        TimeProvider time,
        ILogger logger,
        bool portable,
        MountTable mounts,
        Action misplaced
    )
    {
        (_publisher, _report, _time, _logger, _mounts, _misplaced) = (publisher, report, time, logger, mounts, misplaced);
        _polls = new PollPace(time);
        var errno = 0;
        if (portable) _portable = new PortableWatcher(_gate);
        else _inotify = Inotify.Open(out errno);
        if (errno != 0) issues.NoInotify(errno);
        _tree = new WatchTree(plan, _inotify, _portable, _mounts, time, issues);
        _status = MakeStatus();
        _thread = new Thread(Run, maxStackSize: 1024 * 1024) { IsBackground = true, Name = "watch" };
    }

    public WatchStatus Status => _status;

    /// <summary>Completes when every watch is armed; with <paramref name="report"/> what is there already is reported as new.</summary>
    public Task StartAsync(bool report)
    {
        var started = Post(() => _tree.Start(report));
        _thread.Start();
        return started;
    }

    public Task ReloadAsync(WatchPlan plan, bool report) => Post(() => _tree.Reload(plan, report));

    /// <summary>Compares everything with the disk: after a time in which the filesystem did not answer.</summary>
    public void Rescan() => _ = Post(() =>
    {
        // The time that it did not answer says nothing about what a listing costs.
        _polls.Reset();
        _tree.RescanAll();
    });

    /// <summary>Everything that is watched is gone, and is reported so.</summary>
    public void Leave() => _ = Post(_tree.Leave);

    /// <inheritdoc cref="WorkProgress.StuckFor"/>
    public TimeSpan StuckFor() => _tree.Progress.StuckFor();

    /// <summary>Nobody waits for the end any more: the thread ends by itself when the call that it is in returns.</summary>
    public void Abandon()
    {
        _abandoned = true;
        if (_stopped.Task.IsCompleted) Dispose();
    }

    /// <summary>Ends the thread after everything pending has been given to the publisher.</summary>
    public async Task StopAsync()
    {
        _ = Post(() => _stopping = true);
        await _stopped.Task;
    }

    /// <summary>After <see cref="StopAsync"/>.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _tree.Dispose();
        _inotify?.Dispose();
        _portable?.Dispose();
        _mounts.Dispose();
        _gate.Dispose();
    }

    private Task Post(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_stopped.Task.IsCompleted)
            return Task.FromException(new InvalidOperationException("File watching has failed before; restart the daemon"));
        _notes.Enqueue(() =>
        {
            try
            {
                work();
                _status = MakeStatus();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
                throw;
            }
        });
        _gate.Signal();
        return done.Task;
    }

    private void Wake() => _gate.Signal();

    private void Run()
    {
        try
        {
            while (!_abandoned && (!_stopping || _tree.Debouncer.Count > 0 || !_publisher.IsIdle))
            {
                _tree.Progress.Advance();
                ReadEvents();
                while (_notes.TryDequeue(out var note)) note();
                if (_polls.IsDue) Poll();
                GiveOut();
                _tree.TellLimit(_polls.Interval);
                if (_status.Watches != _tree.Watches || _status.Overflows != _tree.Overflows) _status = MakeStatus();
                var more = !_stopping && _tree.LearnMarks();
                if (_tree.IsMisplaced)
                {
                    _tree.IsMisplaced = false;
                    _misplaced();
                }
                if (_stopping && _publisher.IsIdle) continue;
                _tree.Progress.Sleep();
                _gate.Wait(_inotify, _mounts, more ? TimeSpan.Zero : UntilNext());
                _tree.Progress.Wake();
            }
        }
        catch (Exception e)
        {
            WatchLog.Failed(_logger, e);
            _report(
                "watch.failed",
                $"File watching has failed and stands still ({e.Message}); restart the daemon",
                IssueSeverity.Unhealthy
            );
        }
        finally
        {
            _tree.Progress.Sleep();
            _stopped.SetResult();
            if (_abandoned) Dispose();
        }
    }

    private void ReadEvents()
    {
        _tree.TakeHints();
        for (var reads = 0; reads < MostReads; reads++)
        {
            var length = _inotify?.Read(_buffer) ?? 0;
            if (length > 0) _tree.Take(_buffer.AsSpan(0, length));
            else if (!_tree.Finish()) return;
        }
    }

    private void Poll()
    {
        _polls.Begin();
        _tree.Poll();
        _polls.End();
        _status = MakeStatus();
    }

    private void GiveOut()
    {
        if (!_publisher.IsIdle) return;
        _tree.Collect(_batch, ChangePublisher.BatchSize, all: _stopping);
        if (_batch.Count == 0) return;
        var batch = _batch;
        (_batch, _spareBatch) = (_spareBatch, _batch);
        _publisher.Publish(batch, Wake);
    }

    private TimeSpan UntilNext()
    {
        var now = _time.GetTimestamp();
        _polls.Plan(_tree.NeedsPolling);
        // While the publisher waits for the bus nothing is due: it wakes this thread when there is room.
        var due = Math.Min(Math.Min(_polls.Due, _tree.NextWork), _publisher.IsIdle ? _tree.Debouncer.NextDue : long.MaxValue);
        if (due == long.MaxValue) return Timeout.InfiniteTimeSpan;
        return due <= now ? TimeSpan.Zero : _time.GetElapsedTime(now, due) + TimeSpan.FromTicks(1);
    }

    private WatchStatus MakeStatus() => _tree.MakeStatus();
}
