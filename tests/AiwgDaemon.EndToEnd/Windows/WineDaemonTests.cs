using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Windows;

/// <summary>A daemon for Windows at work: sources, actions, and commands that speak to it through its pipe.</summary>
public sealed class WineDaemonTests(WineDaemon daemon) : IClassFixture<WineDaemon>
{
    private readonly WineProject _project = daemon.Project;

    [Fact]
    public async Task Status_is_healthy_and_names_the_project_as_windows_does()
    {
        var output = (await _project.Run("status")).ShouldExit(0).Output;
        output.ShouldContain(_project.WindowsRoot);
        output.ShouldContain("filesystemwatcher");
    }

    [Theory]
    [InlineData("rules test --type deploy")]
    [InlineData("rules list")]
    [InlineData("actions list")]
    [InlineData("events")]
    [InlineData("status --json")]
    [InlineData("doctor")]
    [InlineData("logs --lines 5")]
    [InlineData("dead-letters list")]
    public async Task A_command_is_answered(string line) => (await _project.Run(line.Split(' '))).ShouldExit(0);

    [Fact]
    public async Task A_second_start_says_that_a_daemon_runs() =>
        (await _project.Run("start")).ShouldExit(4).Error.ShouldContain("already running");

    [Theory]
    [InlineData("created.txt")]
    [InlineData("with space.txt")]
    [InlineData("ünï 漢字.txt")]
    [InlineData("one/two/three/four.txt")]
    public async Task A_new_file_is_an_event(string name)
    {
        _project.Write("src/" + name, "x");
        await Seen("file.create", "src/" + name);
    }

    [Fact]
    public async Task A_change_is_an_event()
    {
        _project.Write("src/changed.txt", "x");
        await Seen("file.create", "src/changed.txt");
        _project.Write("src/changed.txt", "xyz");
        await Seen("file.modify", "src/changed.txt");
    }

    [Fact]
    public async Task A_removal_is_an_event()
    {
        _project.Write("src/removed.txt", "x");
        await Seen("file.create", "src/removed.txt");
        File.Delete(_project.Combine("src/removed.txt"));
        await Seen("file.delete", "src/removed.txt");
    }

    [Fact]
    public async Task A_rename_is_the_end_of_one_name_and_the_beginning_of_another()
    {
        _project.Write("src/before.txt", "x");
        await Seen("file.create", "src/before.txt");
        File.Move(_project.Combine("src/before.txt"), _project.Combine("src/after.txt"));
        await Eventually.Until(() => _project.Journal().Contains("src/after.txt", StringComparison.Ordinal), "src/after.txt");
    }

    [Fact]
    public async Task Two_thousand_files_are_two_thousand_events()
    {
        for (var i = 0; i < 2000; i++) _project.Write($"src/many/{i % 20}/f{i}.txt", "x");
        await Eventually.Until(
            () => _project.Journal() is var journal
                && Enumerable.Range(0, 2000).All(i => journal.Contains($"src/many/{i % 20}/f{i}.txt", StringComparison.Ordinal)),
            "all of 2,000 files in the journal"
        );
    }

    [Fact]
    public async Task A_job_of_every_minute_runs() =>
        await Eventually.Until(
            () => _project.Journal().Contains("cron.fired", StringComparison.Ordinal),
            "the job of every minute",
            TimeSpan.FromSeconds(90)
        );

    [Fact]
    public async Task A_signed_delivery_is_taken_and_runs()
    {
        (await Loopback.PostAsync(daemon.Port, Loopback.Secret)).ShouldBe(HttpStatusCode.Accepted);
        await WineProject.Until(() => _project.Read("hook.txt"), "hook");
    }

    [Fact]
    public async Task A_delivery_with_another_signature_is_refused() =>
        (await Loopback.PostAsync(daemon.Port, "another")).ShouldBe(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task A_shell_action_runs_in_cmd() => (await daemon.Act("test")).ShouldContain("2 tests passed");

    [Fact]
    public async Task A_failed_action_is_told_with_its_exit_code()
    {
        var run = (await _project.Run("actions", "run", "break", "--wait")).ShouldExit(1);
        run.Error.ShouldContain("exit code 3");
        (await daemon.OutputOf(run.Output.Trim())).ShouldContain("1 test failed");
    }

    [Fact]
    public async Task An_action_runs_in_the_project() => (await daemon.Act("here")).ShouldContain(_project.WindowsRoot);

    [Fact]
    public async Task An_action_has_its_environment()
    {
        var output = await daemon.Act("variable");
        output.ShouldContain("\ngood morning 0");
    }

    [Fact]
    public async Task Every_character_of_every_argument_comes_to_the_program()
    {
        var output = await daemon.Act("hostile");
        output.Split('\n').SkipWhile(l => l.StartsWith('#') || l.Length == 0)
            .Take(WineDaemon.Hostile.Length)
            .Select(l => Encoding.Unicode.GetString(Convert.FromHexString(l)))
            .ShouldBe(WineDaemon.Hostile);
    }

    [Theory]
    [InlineData("staging")]
    [InlineData("a \"b\" c\\")]
    [InlineData("& del *")]
    [InlineData("%PATH%")]
    [InlineData("ä漢")]
    public async Task A_value_of_an_event_comes_to_the_program_as_it_is(string value)
    {
        var payload = $$"""{"target": {{System.Text.Json.JsonSerializer.Serialize(value)}}}""";
        (await _project.Run("emit", "deploy", "--payload", payload)).ShouldExit(0);
        var wanted = Convert.ToHexStringLower(Encoding.Unicode.GetBytes(value));
        await Eventually.Until(
            () => Directory
                .GetFiles(_project.Combine(".aiwg/daemon/actions"), "*.log")
                .Any(file => File.ReadAllText(file).Contains(wanted, StringComparison.Ordinal)),
            $"the output {wanted}"
        );
    }

    [Fact]
    public async Task Long_output_is_kept() => (await daemon.Act("flood")).Length.ShouldBeGreaterThanOrEqualTo(300_000);

    [Fact]
    public async Task A_program_that_is_not_there_is_told()
    {
        var run = await _project.Run("actions", "run", "absent", "--wait");
        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("no-such-program");
    }

    [Fact]
    public async Task A_cancelled_action_ends_with_all_its_processes()
    {
        var id = (await _project.Run("actions", "run", "tree")).ShouldExit(0).Output.Trim();
        await Eventually.Until(() => Trees("0").Count > 0, "the tree to be grown");
        (await _project.Run("actions", "cancel", id)).ShouldExit(0);
        await daemon.UntilRun(id, "cancelled");
        await Eventually.Until(() => Trees("0").Count == 0 && Trees("2").Count == 0, "the whole tree to be gone");
    }

    [Fact]
    public async Task An_action_that_takes_too_long_is_ended()
    {
        var run = (await _project.Run("actions", "run", "slow", "--wait")).ShouldExit(1);
        run.Error.ShouldContain("took too long and was ended");
    }

    [Fact]
    public async Task Events_of_the_daemon_can_be_listed_by_their_type()
    {
        (await _project.Run("emit", "list.me")).ShouldExit(0);
        (await _project.Run("events", "--type", "list.me")).ShouldExit(0).Output.ShouldContain("list.me");
    }

    [Fact]
    public async Task A_reload_without_a_change_changes_nothing() =>
        (await _project.Run("reload")).ShouldExit(0).Output.ShouldContain("nothing changed");

    [Theory]
    [InlineData("lower-case drive")]
    [InlineData("forward slashes")]
    [InlineData("a way around")]
    [InlineData("a directory below")]
    public async Task The_daemon_is_found_by_every_path_to_the_project(string way)
    {
        var root = _project.WindowsRoot;
        var path = way switch
        {
            "lower-case drive" => "z" + root[1..],
            "forward slashes" => root.Replace('\\', '/'),
            "a way around" => root + @"\src\..\.",
            _ => null,
        };
        var result = path is null
            ? await _project.RunIn(_project.Combine("src"), "emit", "from.below")
            : await _project.Run("--project", path, "emit", "found");
        result.ShouldExit(0);
    }

    [Fact]
    public async Task The_log_is_rotated()
    {
        await Eventually.Until(
            () =>
            {
                _project.Write($"src/rotate/{Guid.NewGuid():N}.txt", "x");
                return File.Exists(_project.Combine(".aiwg/daemon/daemon.log.1"));
            },
            "daemon.log.1"
        );
        (await _project.Run("logs", "--lines", "3")).ShouldExit(0).Output.Trim().Split('\n').Length.ShouldBe(3);
    }

    private static List<int> Trees(string depth) => WineProject.Processes($"tree\0{depth}\0");

    private async Task Seen(string type, string path) =>
        await Eventually.Until(
            () => _project.Journal().Split('\n').Any(line => line.Contains(type, StringComparison.Ordinal)
                && Regex.Unescape(line).Contains(path, StringComparison.Ordinal)),
            $"{type} of {path}"
        );
}
