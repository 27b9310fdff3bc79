namespace AiwgDaemon.Runs;

/// <summary>Why a run has not started yet. If several hold, the last of this list is shown.</summary>
internal enum WaitReason
{
    /// <summary>As many runs as may are running.</summary>
    Slot,

    /// <summary>As many runs of its group as may are running.</summary>
    Group,

    /// <summary>Another run of its rule is queued or running.</summary>
    RuleBusy,

    /// <summary>The rule waits until its events have stopped coming (<c>settle_ms</c>).</summary>
    Settle,

    /// <summary>Its changes may be the doing of the rule's own run, which is judged when that has ended.</summary>
    OwnChanges,

    /// <summary>The attempt before it failed.</summary>
    Retry,

    /// <summary>Its rule seems to set itself off, and is held.</summary>
    CircuitBreaker,

    /// <summary>A task: the instant that it was to begin at.</summary>
    Time,

    /// <summary>A task: another one.</summary>
    Dependency,

    /// <summary>A task: its provider takes no work at present.</summary>
    Limit,

    /// <summary>A task: somebody has to say that it may run.</summary>
    Approval,

    /// <summary>A task: the daemon that it goes on in has yet to be started.</summary>
    Restart,

    /// <summary><c>pause</c>: nothing starts.</summary>
    Paused,

    /// <summary><c>actions hold</c>.</summary>
    HeldByHand,
}
