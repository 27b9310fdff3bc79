using AiwgDaemon.Bus;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle;

/// <summary>Says in health which part of the daemon hangs, usually because a disk does not answer. Waits for nothing itself.</summary>
/// <param name="report">To health.</param>
/// <param name="journal">Busy while events are written.</param>
/// <param name="rules">Busy while what the rules decided is noted and done.</param>
internal sealed class LifeSigns(IssueReport report, SignOfLife journal, SignOfLife rules)
{
    public const string JournalIssue = "bus.journal.hung";
    public const string RulesIssue = "rules.hung";

    /// <summary>Longer than any piece of work takes on a disk that answers.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>On each heartbeat.</summary>
    public void Check()
    {
        Check(journal, JournalIssue, "Events have not been written to the journal");
        Check(rules, RulesIssue, "The rules have not got on with what they decided");
    }

    /// <summary>What is said of a part that hangs.</summary>
    public static string Complaint(string words) =>
        $"{words} for more than {Limit.TotalSeconds} s: a disk or filesystem does not answer (state D in 'ps' shows who waits for one); "
        + "the daemon goes on as soon as it does";

    private void Check(SignOfLife part, string issue, string words) =>
        report(issue, part.BusyFor > Limit ? Complaint(words) : null, IssueSeverity.Unhealthy);
}
