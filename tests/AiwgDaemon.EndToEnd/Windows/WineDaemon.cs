using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Windows;

/// <summary>One daemon for Windows that the tests of a class share, with every source and kinds of actions to ask it for.</summary>
public sealed class WineDaemon : IAsyncLifetime
{
    internal static readonly string[] Hostile =
    [
        "plain",
        "two words",
        "",
        "\"quoted\"",
        "ends with a backslash\\",
        "two\\\\before a quote\\\\\"",
        "C:\\Program Files\\",
        "%PATH% ^ & | < > ( ) !",
        "tab\tand line\nend",
        "ä 漢字 \U0001F600",
        "'single' `back` $HOME",
        "--option=value with space",
        "*.txt",
        "\\\\server\\share\\",
    ];

    internal WineProject Project { get; private set; } = null!;

    internal int Port { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Project = new WineProject();
        Port = Loopback.FreePort();
        var child = WineProject.ChildInYaml;
        var words = string.Join(", ", Hostile.Select(Quoted));
        Project.Configure($$"""
            daemon: { heartbeat_interval_seconds: 5, log: { max_size_mb: 0.02, max_files: 3 } }
            watch: { paths: [ { path: src/ } ], debounce_ms: 100 }
            schedule: { timezone: UTC, jobs: [ { id: minute, cron: "* * * * *", action: test } ] }
            webhook:
              { enabled: true, port: {{Port}}, secret_env: AIWG_WEBHOOK_SECRET, endpoints: [ { path: /ci, signature: github } ] }
            actions:
              test: { type: shell, command: "echo 2 tests passed" }
              break: { type: shell, command: "echo 1 test failed & exit 3" }
              here: { type: shell, command: "cd" }
              variable: { type: shell, command: "echo %GREETING% %AIWG_ACTION_ID%", env: { GREETING: "good morning" } }
              hostile: { type: exec, argv: ["{{child}}", arguments, {{words}}] }
              tree: { type: exec, argv: ["{{child}}", tree, "2"] }
              slow: { type: exec, argv: ["{{child}}", tree, "1"], timeout_minutes: 0.05 }
              flood: { type: exec, argv: ["{{child}}", flood, "300000"] }
              absent: { type: exec, argv: ["no-such-program"] }
            rules:
              - { id: on-hook, event: { source: webhook }, action: { type: shell, command: "echo hook>> hook.txt" } }
              - id: on-emit
                event: { source: manual, type: deploy }
                action: { type: exec, argv: ["{{child}}", arguments, "{{"{{event.payload.target}}"}}"] }

            """);
        await Project.Start();
    }

    /// <summary>Runs a named action to its end and gives its output; the command must end with this code.</summary>
    internal async Task<string> Act(string name, int code = 0)
    {
        var run = (await Project.Run("actions", "run", name, "--wait")).ShouldExit(code);
        return await OutputOf(run.Output.Trim());
    }

    internal async Task<string> OutputOf(string id) => (await Project.Run("actions", "logs", id)).ShouldExit(0).Output;

    /// <summary>Waits until the listing says of a run how it ended.</summary>
    internal async Task UntilRun(string id, string status) =>
        await Eventually.Until(
            () => Project.Read(".aiwg/daemon/state.json") is var state
                && state.IndexOf(id, StringComparison.Ordinal) is >= 0 and var at
                && state.IndexOf($"\"{status}\"", at, StringComparison.Ordinal) is >= 0 and var found
                && found - at < 1000,
            $"run {id} to be {status}",
            found: () => Project.Read(".aiwg/daemon/state.json")
        );

    public ValueTask DisposeAsync()
    {
        Project?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Quoted(string word) =>
        "\"" + word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\t", "\\t", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";
}
