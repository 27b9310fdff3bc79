using AiwgDaemon.State;

namespace AiwgDaemon.Runs;

/// <summary>People type the part of an id that they can tell apart: its beginning, or its end, where the random digits are.</summary>
internal static class RunName
{
    /// <summary>The only run whose id is, begins or ends with the text; null if there is none, or more than one.</summary>
    public static ActionRecord? Choose(IEnumerable<ActionRecord> runs, string part)
    {
        ActionRecord? found = null;
        foreach (var run in runs)
        {
            if (run.Id == part) return run;
            if (!run.Id.StartsWith(part, StringComparison.Ordinal) && !run.Id.EndsWith(part, StringComparison.Ordinal)) continue;
            if (found is not null) return null;
            found = run;
        }
        return found;
    }
}
