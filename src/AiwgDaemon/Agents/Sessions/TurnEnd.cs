using AiwgDaemon.Agents.Providers;
using AiwgDaemon.Agents.Streams;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Agents.Sessions;

/// <summary>How one start of an agent's program ended.</summary>
/// <param name="Exit">Of its process.</param>
/// <param name="Report">What its output said.</param>
/// <param name="Reason">Why it failed; none if it did not.</param>
/// <param name="Message">One line for people; null if nothing is to be said beside the exit code.</param>
internal sealed record TurnEnd(ExitStatus Exit, StreamReport Report, FailureReason Reason, string? Message)
{
    public static TurnEnd Of(ExitStatus exit, StreamReport report, StreamFormat format)
    {
        var (reason, message) =
            report.Reason != FailureReason.None ? (report.Reason, report.Error)
            : !exit.IsSuccess ? (FailureReason.Process, null)
            : format != StreamFormat.Text && !report.Ended ? (FailureReason.BadOutput, "its output ended before it was done")
            : (FailureReason.None, null);
        return new TurnEnd(exit, report, reason, message);
    }
}
