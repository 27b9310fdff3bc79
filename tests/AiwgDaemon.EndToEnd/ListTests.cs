using System.Text.Json;
using AiwgDaemon.EndToEnd.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary><c>list</c>: every project's daemon of this user, with a state directory of the test's own.</summary>
public sealed class ListTests : IDisposable
{
    private readonly TestProject _one = new();
    private readonly TestProject _two = new();

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
    }

    [Fact]
    public async Task Each_daemon_is_listed_and_the_lock_decides_whether_it_lives()
    {
        foreach (var project in (TestProject[])[_one, _two])
        {
            project.Configure("watch: { enabled: false }\n");
            (await Line(project, "\"$BIN\" start")).ShouldExit(0);
        }
        (await Listed("")).ShouldBe(Sorted(_one, _two));
        (await Line(_one, "\"$BIN\" stop")).ShouldExit(0);
        (await Listed("")).ShouldBe(Sorted(_two));
        (await Listed("--all")).ShouldBe(Sorted(_one, _two));
        // Killed, it leaves its files as they are.
        await Line(_two, "kill -9 $(cat .aiwg/daemon.pid); while \"$BIN\" status >/dev/null; do sleep 0.05; done");
        (await Listed("")).ShouldBeEmpty();
        (await Line(_one, "\"$BIN\" list")).ShouldExit(0).Output.ShouldBe("No daemon of this user runs; --all shows where one has run\n");
        Directory.Delete(_two.Combine(".aiwg"), recursive: true);
        (await Listed("--all")).ShouldBe(Sorted(_one));
    }

    private static string[] Sorted(params TestProject[] projects) => [.. projects.Select(p => p.Root).Order(StringComparer.Ordinal)];

    private async Task<string[]> Listed(string options)
    {
        using var json = JsonDocument.Parse((await Line(_one, $"\"$BIN\" list {options} --json")).ShouldExit(0).Output);
        foreach (var daemon in json.RootElement.EnumerateArray())
            daemon.GetProperty("running").GetBoolean().ShouldBe(daemon.GetProperty("status").GetString() != "stopped");
        return [.. json.RootElement.EnumerateArray().Select(d => d.GetProperty("project").GetString()!)];
    }

    private Task<RunResult> Line(TestProject project, string line) =>
        project.Shell($"export XDG_STATE_HOME='{_one.Combine("state")}'; {line}");
}
