namespace AiwgDaemon.Platform;

/// <summary>
/// Asks a filesystem something that it may never answer, on a thread of its own: a hanging call cannot be taken back, only left behind. For
/// commands and checks, not for what runs often.
/// </summary>
internal static class BoundedCall
{
    /// <summary>What is enough for any filesystem that answers.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>False if there is no answer within the limit. What <paramref name="ask"/> throws is thrown here.</summary>
    public static bool TryGet<T>(TimeSpan limit, Func<T> ask, out T? answer)
    {
        var asked = Task.Factory.StartNew(ask, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var inTime = Task.WaitAny([asked], limit) == 0;
        answer = inTime ? asked.GetAwaiter().GetResult() : default;
        return inTime;
    }
}
