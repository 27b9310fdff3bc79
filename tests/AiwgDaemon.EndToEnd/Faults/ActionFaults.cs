using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>Actions that do not behave.</summary>
internal static class ActionFaults
{
    public static IEnumerable<Fault> All =>
    [
        new("actions that flood their output", FloodAsync),
        new("actions that fork, go to the background and ignore SIGTERM", ForkAsync),
    ];

    private static async Task FloodAsync(Laboratory lab)
    {
        await lab.StartAsync("""
              - { id: flood, event: { source: manual, type: flood }, on_busy: allow, action: { type: shell, command: "head -c 50000000 /dev/zero; head -c 5000000 /dev/zero | tr '\\0' '\\n' >&2" } }

            """);
        for (var i = 0; i < 3; i++) (await lab.Project.Run("emit", "flood")).ShouldExit(0);
        await Eventually.Until(
            () =>
                lab.Project.State()
                    .GetProperty("recent_actions")
                    .EnumerateArray()
                    .Count(a => a.GetProperty("rule_id").GetString() == "flood" && a.GetProperty("status").GetString() == "completed") == 3,
            "the floods to end"
        );
        foreach (var file in Directory.GetFiles(lab.Paths.Actions, "*.log"))
            new FileInfo(file).Length.ShouldBeLessThan(11 * 1024 * 1024);
        await lab.ShouldBeWellAsync();
    }

    private static async Task ForkAsync(Laboratory lab)
    {
        await lab.StartAsync("""
              - { id: fork, event: { source: manual, type: fork }, on_busy: allow, action: { type: shell, command: "trap '' TERM; for i in 1 2 3 4 5 6 7 8; do (while :; do sleep 1; done) & done; echo $$ >> pid.txt; wait" } }

            """);
        for (var i = 0; i < 2; i++) (await lab.Project.Run("emit", "fork")).ShouldExit(0);
        await lab.Project.UntilLines("pid.txt", 2);
        Processes.ActionsOf(lab.Project.Root).Count.ShouldBeGreaterThan(15);
        await lab.ShouldBeWellAsync();
    }
}
