using System.Diagnostics;

namespace AiwgDaemon.Tests.Support;

/// <summary>Waits for a condition with a generous limit; the limit is a safety net, never a measure.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task Until(Func<bool> condition, string what, TimeSpan? limit = null, Func<string>? found = null) =>
        UntilAsync(() => Task.FromResult(condition()), what, limit, found);

    /// <summary>As <see cref="Until"/>, for a condition that has to ask somebody.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan? limit = null, Func<string>? found = null)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > (limit ?? Limit))
                throw new TimeoutException($"Still waiting for: {what}{(found is null ? "" : "; found: " + found())}");
            await Task.Delay(10);
        }
    }
}
