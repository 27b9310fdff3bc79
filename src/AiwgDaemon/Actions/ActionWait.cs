namespace AiwgDaemon.Actions;

/// <summary>What the run of an agent waits for after it has begun.</summary>
internal enum ActionWaitFor
{
    /// <summary>The instant that it was to begin at.</summary>
    Time,

    /// <summary>Another task.</summary>
    Dependency,

    /// <summary>Its provider takes no work at present.</summary>
    Limit,

    /// <summary>Somebody has to say that it may run.</summary>
    Approval,

    /// <summary>The daemon stops; the next one goes on with it.</summary>
    Restart,
}

/// <summary>A run goes back among those that wait. That is not its end: nobody is told of one, and its rule stays busy with it.</summary>
/// <param name="For">What it waits for.</param>
/// <param name="Text">The same as a phrase for people.</param>
/// <param name="Until">When it is looked at again; null: when somebody lets it go.</param>
internal sealed record ActionWait(ActionWaitFor For, string Text, DateTimeOffset? Until = null);
