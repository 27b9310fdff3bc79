using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Rules;
using AiwgDaemon.Runs;

namespace AiwgDaemon.Lifecycle;

/// <summary>What a start does about a file that is damaged or is no regular file.</summary>
internal enum WhenDamaged
{
    /// <summary>Sets it aside, begins anew, and health names it.</summary>
    SetAside,

    /// <summary>Writes it anew: it promises nothing from one daemon to the next.</summary>
    Rewrite,

    /// <summary>Passes over what cannot be read and keeps it; refuses if nothing can be read, for going on would lose what was
    /// accepted.</summary>
    GoOnOrRefuse,
}

/// <summary>One kind of file that this program makes below <c>.aiwg</c>.</summary>
/// <param name="Pattern">Relative to <c>.aiwg</c>, with <c>*</c> inside a name.</param>
/// <param name="Holds">What is lost with it.</param>
internal sealed record OwnFile(string Pattern, WhenDamaged WhenDamaged, string Holds);

/// <summary>Every file of ours. What is not listed here fails the test of damaged files.</summary>
internal static class OwnFiles
{
    public static IReadOnlyList<OwnFile> All { get; } =
    [
        new("daemon.pid", WhenDamaged.Rewrite, "the pid, for people and scripts"),
        new("daemon/.lock", WhenDamaged.GoOnOrRefuse, "who runs; the lock itself is the kernel's"),
        new("daemon/.gitignore", WhenDamaged.Rewrite, "that nothing of it is committed"),
        new("daemon/state.json", WhenDamaged.SetAside, "recent actions and what the jobs did"),
        new("daemon/automation.json", WhenDamaged.SetAside, "what was paused or disabled"),
        new("daemon/heartbeat", WhenDamaged.Rewrite, "the last sign of life"),
        new("daemon/daemon.log", WhenDamaged.GoOnOrRefuse, "the log"),
        new("daemon/daemon.log.*", WhenDamaged.GoOnOrRefuse, "the log before"),
        new("daemon/daemon.sock", WhenDamaged.Rewrite, "the control socket"),
        new("daemon/actions/*.log", WhenDamaged.GoOnOrRefuse, "output of one action, and that it was started"),
        new("daemon/actions/*.tail", WhenDamaged.Rewrite, "the end of an output that is too large, until its action ends"),
        new("daemon/actions/*.paths", WhenDamaged.Rewrite, "paths of the events of a running action"),
        new("daemon/actions/*.event", WhenDamaged.Rewrite, "standard input of an action, for an instant"),
        new("daemon/tasks/*/prompt.md", WhenDamaged.GoOnOrRefuse, "the prompt of one task"),
        new("daemon/tasks/*/task.json", WhenDamaged.GoOnOrRefuse, "one task of an agent"),
        new("daemon/tasks/*/result.md", WhenDamaged.GoOnOrRefuse, "what an agent printed for one task"),
        new("daemon/tasks/*/stream.jsonl", WhenDamaged.GoOnOrRefuse, "what an agent said while it worked"),
        new("daemon/tasks/*/input.md", WhenDamaged.Rewrite, "what an agent is told when it goes on"),
        new("daemon/tasks/*/changes.patch", WhenDamaged.GoOnOrRefuse, "what an agent has changed"),
        new("daemon/tasks/*/index.tmp", WhenDamaged.Rewrite, "git's index, while changes are listed"),
        new($"daemon/events/{RunStore.FileName}", WhenDamaged.GoOnOrRefuse, "which actions came of which events"),
        new($"daemon/events/{CooldownFile.FileName}", WhenDamaged.SetAside, "when each rule last ran"),
        new("daemon/events/dead-letters.jsonl", WhenDamaged.SetAside, "failed deliveries"),
        new("daemon/events/????-??-??.jsonl", WhenDamaged.GoOnOrRefuse, "every accepted event"),
    ];

    /// <summary>
    /// Under the lock, before anything is written: frees the names of files that are replaced as a whole and have become something else.
    /// Returns what is to be told, by file. A file that cannot be set aside is told by whoever writes it, too.
    /// </summary>
    public static IReadOnlyList<(string File, string Message)> FreeNames(ProjectPaths paths)
    {
        var told = new List<(string, string)>();
        foreach (var file in All)
        {
            if (
                file.WhenDamaged == WhenDamaged.GoOnOrRefuse
                || file.Pattern.Contains('*')
                || file.Pattern.EndsWith(".sock", StringComparison.Ordinal)
            )
                continue;
            var path = Path.Combine(paths.Aiwg, Path.Combine(file.Pattern.Split('/')));
            if (!SecureFile.IsMisplaced(path)) continue;
            try
            {
                told.Add(
                    (
                        file.Pattern,
                        $"{path} is no regular file; what was there is kept in {SecureFile.SetAside(path, "damaged")}, and {file.Holds} "
                            + "begins anew"
                    )
                );
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                told.Add((file.Pattern, $"{path} is no regular file and cannot be set aside: {e.Message}; remove it"));
            }
        }
        return told;
    }
}
