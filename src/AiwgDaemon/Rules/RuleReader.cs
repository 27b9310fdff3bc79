using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Rules.Machine;

namespace AiwgDaemon.Rules;

/// <summary>
/// Gives inputs to the <see cref="RuleMachine"/> one after the other, and has its effects executed in their order by one thread at a
/// time. The lock is held for the machine alone, which does no I/O: no caller waits for the disk, but the one whose turn it is to
/// execute. Thread-safe.
/// </summary>
internal sealed class RuleReader(RuleMachine machine, RuleSet set, EffectRunner runner, TimeProvider time)
{
    // So many batches by one caller: then the pool takes over, since the caller has something else to do.
    private const int Turn = 16;

    // Effects that wait to be executed; beyond, the bus waits.
    private const int Most = 4096;

    private readonly Lock _gate = new();
    private Matcher _matcher = new(set.Rules);
    private RuleEffects _collecting = new();
    private RuleEffects _spare = new();
    private List<TaskCompletionSource> _waiting = [];
    private long _reached;
    private bool _isExecuting, _isClosed;

    /// <summary>Busy while effects are executed.</summary>
    public SignOfLife Life { get; } = new(time);

    /// <summary>More is to be executed than should be: whoever can wait, waits for <see cref="Executed"/>.</summary>
    public bool IsFull
    {
        get { lock (_gate) return _collecting.OnRuns.Count + _collecting.Then.Count > Most; }
    }

    /// <summary>Gives the input, and executes what is to be done unless somebody is at it; returns how many things it concerned.</summary>
    public int Post(RuleInput input)
    {
        int concerned;
        lock (_gate)
        {
            if (_isClosed) return 0;
            concerned = machine.On(input, Now(), _collecting);
        }
        Execute();
        return concerned;
    }

    /// <summary>
    /// Gives an event; executes nothing before <see cref="RuleInput.BurstEnded"/>. An <see cref="IOException"/> if its payload cannot be
    /// read.
    /// </summary>
    public void Post(DaemonEvent @event, IReadOnlySet<string>? routedTo)
    {
        while (true)
        {
            // Outside the lock: a large payload is read from the journal for it.
            var matcher = Volatile.Read(ref _matcher);
            var matching = matcher.Match(@event);
            lock (_gate)
            {
                if (_isClosed) return;
                // A reload in between: what it brought is to see the event, and what it took away is not.
                if (matcher != _matcher) continue;
                machine.On(new RuleInput.Event(@event, matching, routedTo), Now(), _collecting);
                return;
            }
        }
    }

    public void Reload(RuleSet next)
    {
        var matcher = new Matcher(next.Rules);
        lock (_gate)
        {
            machine.On(new RuleInput.Reload(next), Now(), _collecting);
            Volatile.Write(ref _matcher, matcher);
        }
        Execute();
    }

    public T Read<T>(Func<RuleMachine, T> read)
    {
        lock (_gate) return read(machine);
    }

    /// <summary>Completes when everything that has been given so far was executed.</summary>
    public Task Executed()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_isExecuting && !HasWork) return Task.CompletedTask;
            _waiting.Add(done);
        }
        Execute();
        return done.Task;
    }

    /// <summary>Takes no further input.</summary>
    public void Close()
    {
        lock (_gate) _isClosed = true;
    }

    private bool HasWork => !_collecting.IsEmpty || _collecting.Position > _reached || _waiting.Count > 0;

    private Moment Now() => new(time.GetUtcNow(), time.GetElapsedTime(0));

    private void Execute()
    {
        lock (_gate)
        {
            // Whoever executes sees what was added.
            if (_isExecuting) return;
            _isExecuting = true;
        }
        Continue();
    }

    private void Continue()
    {
        for (var turn = 0; TryTake(out var effects, out var waiting); turn++)
        {
            Life.Begin();
            runner.Run(effects, this);
            Life.End();
            effects.Clear();
            foreach (var one in waiting) one.TrySetResult();
            if (turn < Turn) continue;
            ThreadPool.UnsafeQueueUserWorkItem(static reader => reader.Continue(), this, preferLocal: false);
            return;
        }
    }

    private bool TryTake(out RuleEffects effects, out List<TaskCompletionSource> waiting)
    {
        lock (_gate)
        {
            (effects, waiting) = (_collecting, _waiting);
            if (!HasWork)
            {
                _isExecuting = false;
                return false;
            }
            (_collecting, _spare) = (_spare, _collecting);
            _collecting.Position = _reached = effects.Position;
            if (waiting.Count > 0) _waiting = [];
            return true;
        }
    }
}
