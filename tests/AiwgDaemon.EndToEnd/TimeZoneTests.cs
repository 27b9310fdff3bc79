using System.Diagnostics;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>The local zone as the system has it, and zone files that change under a running daemon.</summary>
public sealed class TimeZoneTests : IDisposable
{
    private const string Installed = "/usr/share/zoneinfo";

    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task After_a_new_zone_file_and_a_reload_the_daemon_and_cron_next_agree()
    {
        Assert.SkipUnless(File.Exists($"{Installed}/Asia/Tokyo"), "there is no tzdata here");
        Directory.CreateDirectory(_project.Combine("zones"));
        var city = _project.Combine("zones", "City");
        File.Copy($"{Installed}/Asia/Tokyo", city);
        _project.Configure("""
            watch: { enabled: false }
            schedule:
              jobs:
                - { id: named, cron: "0 12 * * *", timezone: City, action: { type: exec, argv: ["true"] } }
                - { id: local, cron: "0 12 * * *", action: { type: exec, argv: ["true"] } }
            """);
        (await RunAsync("start")).ShouldExit(0);
        NextHours().ShouldBe(["03", "03"]);
        // As a package manager does it: a new file under the old name.
        File.Copy($"{Installed}/Asia/Shanghai", city + ".new");
        File.Move(city + ".new", city, overwrite: true);
        (await RunAsync("reload")).ShouldExit(0);
        await Eventually.Until(
            () => NextHours().SequenceEqual(["04", "04"]),
            "noon by the new file",
            found: () => string.Join(' ', NextHours())
        );
        (await RunAsync("cron", "next", "0 12 * * *")).Output.ShouldEndWith("T12:00:00+08:00\n");
        (await RunAsync("cron", "next", "0 12 * * *", "--timezone", "City")).Output.ShouldEndWith("T12:00:00+08:00\n");
        (await RunAsync("stop")).ShouldExit(0);

        IEnumerable<string> NextHours() =>
            _project
                .State()
                .GetProperty("monitors")
                .GetProperty("scheduler")
                .GetProperty("next_fires")
                .EnumerateObject()
                .Select(n => n.Value.GetString()!.Substring(11, 2));

        Task<RunResult> RunAsync(params string[] words) =>
            InAsync(_project.StartOf(DaemonBinary.Path, words), ("TZDIR", _project.Combine("zones")), ("TZ", ":" + city));
    }

    // docker run -v /etc/localtime:/etc/localtime:ro, where the image has a link there: the mount is over what the link leads to.
    [Fact]
    public async Task A_zone_that_is_mounted_over_the_file_of_localtime_is_the_local_zone()
    {
        var target = File.ResolveLinkTarget("/etc/localtime", returnFinalTarget: true)?.FullName;
        Assert.SkipWhen(target is null || !File.Exists(target), "/etc/localtime is no link to a file here");
        var probe = await InAsync(Mounted("date", "+%z"));
        Assert.SkipUnless(probe.ExitCode == 0 && probe.Output.Trim() == "+0800", $"nothing can be mounted here: {probe.Error}");
        (await InAsync(Mounted(DaemonBinary.Path, "cron", "next", "0 3 * * *"))).Output.ShouldEndWith("T03:00:00+08:00\n");
        (await InAsync(Mounted(DaemonBinary.Path, "doctor"))).Output.ShouldContain("local zone UTC+08:00 (/etc/localtime)");

        ProcessStartInfo Mounted(params string[] command) =>
            _project.StartOf(
                "unshare",
                [
                    "--mount",
                    "--propagation",
                    "private",
                    "sh",
                    "-c",
                    "mount --bind \"$1\" \"$2\" || exit 99; shift 2; exec \"$@\"",
                    "sh",
                    $"{Installed}/Asia/Shanghai",
                    target!,
                    .. command,
                ]
            );
    }

    [Theory]
    [InlineData("CET-1CEST,M3.5.0,M10.5.0/3", "2027-07-01", "2027-07-01T03:00:00+02:00\n", "")]
    [InlineData("<+03>-3", "2027-07-01", "2027-07-01T03:00:00+03:00\n", "")]
    [InlineData("Nowhere/City", "2027-07-01", "2027-07-01T03:00:00+00:00\n", "TZ=Nowhere/City is neither")]
    public async Task TZ_is_read_as_date_reads_it_and_nonsense_is_said_to_be_that(string value, string from, string next, string warning)
    {
        var result = await InAsync(_project.StartOf(DaemonBinary.Path, "cron", "next", "0 3 * * *", "--from", from), ("TZ", value));
        result.ShouldExit(0);
        result.Output.ShouldBe(next);
        result.Error.ShouldContain(warning);
    }

    private static async Task<RunResult> InAsync(ProcessStartInfo start, params (string Name, string Value)[] variables)
    {
        start.Environment.Remove("TZ");
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var command = new RunningCommand(start);
        return await command.UntilEnd();
    }
}
