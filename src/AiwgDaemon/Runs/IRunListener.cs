using AiwgDaemon.State;

namespace AiwgDaemon.Runs;

/// <summary>
/// Hears what becomes of the runs that it has decided on. Called on the thread of the run or of a client, with no lock of the runs held,
/// never two at a time for one run.
/// </summary>
internal interface IRunListener
{
    /// <summary>Its program is about to be started; an exception prevents that, and fails the run.</summary>
    public void Starting(Run run);

    /// <summary>
    /// It has ended, perhaps without having started. What follows is decided now, a further attempt, say; then
    /// <see cref="RunDispatcher.Close"/> lets its
    /// end be noted and told, and <see cref="RunDispatcher.Commit"/> does both.
    /// </summary>
    public void Ended(Run run, ActionRecord record);

    /// <summary>A person holds it: it waits, is the first of its rule's, and does not make its rule busy.</summary>
    public void Held(Run run);

    /// <summary>It is held no longer.</summary>
    public void Released(Run run);
}
