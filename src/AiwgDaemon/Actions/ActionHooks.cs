using AiwgDaemon.Platform;
using AiwgDaemon.State;

namespace AiwgDaemon.Actions;

/// <summary>
/// Who wants to know of an action's way, in this order, never two at a time for one action. What they do holds up this
/// action's slot only.
/// </summary>
/// <param name="Starting">Right before the start; an exception prevents it and fails the action.</param>
/// <param name="Started">The program runs; not called where it could not be started.</param>
/// <param name="Finished">The final record. Not called for an action that was still queued when the executor was drained.</param>
internal sealed record ActionHooks(
    Action<ActionRequest> Starting,
    Action<ActionRequest, ProcessIdentity> Started,
    Action<ActionRequest, ActionRecord> Finished)
{
    public static ActionHooks None { get; } = new(static _ => { }, static (_, _) => { }, static (_, _) => { });
}
