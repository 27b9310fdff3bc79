using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.Cli;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Cli;

/// <summary><c>events</c> from the files that a daemon leaves, without one.</summary>
public sealed class EventsCommandTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryDirectory _directory = new();
    private readonly ProjectPaths _paths;

    public EventsCommandTests()
    {
        _paths = new(_directory.Path);
        Directory.CreateDirectory(_paths.Events);
        File.WriteAllText(_directory.Combine(".aiwg", "daemon.yaml"), """
            watch: { enabled: false }
            rules:
              - { id: x, event: { type: go }, action: { type: exec, argv: [make] } }
              - { id: y, event: { type: go, match: { n: 2 } }, action: { type: exec, argv: [make] } }
              - { id: z, event: { type: other }, action: { type: exec, argv: [make] } }
            """);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_fits_all_filters_is_shown_and_nothing_else()
    {
        for (var i = 0; i < 60; i++) Journal(Event(i % 3 == 0 ? "go" : "other", Noon.AddHours(i - 30), $"{{\"n\":{i}}}"));
        Numbers("--json").ShouldBe(Enumerable.Range(40, 20));
        Numbers("--json", "--since", "2026-11-26T12:00:00Z").ShouldBe(Enumerable.Range(30, 30), "a time and no number: all since then");
        Numbers("--json", "--since", "2026-11-26T12:00:00Z", "--lines", "2").ShouldBe([58, 59]);
        Numbers("--json", "--since", "2026-11-26T12:00:00Z", "--until", "2026-11-26T15:00:00Z")
            .ShouldBe([30, 31, 32, 33], "both ends count");
        Numbers("--json", "--until", "2026-11-25T08:30:00Z", "--lines", "3").ShouldBe([0, 1, 2], "the newest of an earlier day");
        Numbers("--json", "--since", "2026-11-26T14:00:00+02:00", "--until", "2026-11-26T15:00:00Z", "--type", "go").ShouldBe([30, 33]);
        Numbers("--json", "--rule", "x", "--since", "2026-11-27T12:00:00Z").ShouldBe([54, 57]);
        Numbers("--json", "--rule", "y", "--since", "2026-11-20").ShouldBeEmpty("its condition on the payload counts");
        Numbers("--json", "--source", "watch").ShouldBeEmpty();
        Numbers("--json", "--since", "2026-11-28", "--until", "2026-11-20").ShouldBeEmpty();
        Run("--since", "2027-01-01").Output.ShouldBe("No such event is on record\n");
        Run("--rule", "none", "--json").ShouldBe((0, "[]\n", "The configuration has no rule 'none'; 'aiwg-daemon rules' lists them\n"));
        Run("--since", "soon").Code.ShouldBe(2);
        Run("--until", "soon").Error.ShouldStartWith("aiwg-daemon: --until does not understand 'soon'");
        Run("--follow", "--until", "1h").Error.ShouldStartWith("aiwg-daemon: Either --follow or --until, not both");
    }

    [Fact]
    public void Lines_on_a_pipe_are_whole()
    {
        var text = new string('w', 3000) + " NEEDLE";
        Journal(Event("go", Noon, $"{{\"text\":\"{text}\"}}"));
        var line = Run().Output;
        line.ShouldStartWith("2026-11-26T12:00:00.000Z  manual    go                {");
        line.ShouldContain("NEEDLE");
        line.Count(c => c == '\n').ShouldBe(1, "no titles on a pipe: a line for each event");
    }

    [Fact]
    public void Days_that_cannot_hold_what_is_asked_for_are_not_read()
    {
        // A gigabyte as a hole: whoever reads it takes seconds.
        for (var day = 1; day <= 20; day++)
            using (var file = File.Create(Path.Combine(_paths.Events, JournalPosition.FileName(new DateOnly(2026, 10, day)))))
                file.SetLength(1L << 30);
        var wanted = Event("go", Noon);
        Journal(wanted);
        Journal(Event("go", Noon.AddDays(5)));
        var since = Stopwatch.GetTimestamp();
        Numbers("--json", "--since", "2026-11-26", "--until", "2026-11-27").Count.ShouldBe(1);
        Run("show", wanted.Id.ToString()).Code.ShouldBe(0);
        Stopwatch.GetElapsedTime(since).ShouldBeLessThan(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Show_tells_which_rules_an_event_fired_which_not_and_why()
    {
        var @event = Event("go", Noon, """{"n":1,"deep":{"list":[1,2]}}""");
        Journal(Event("other", Noon.AddMinutes(-1)));
        Journal(@event);
        File.WriteAllText(
            Path.Combine(_paths.Events, "deliveries.jsonl"),
            $$"""{"record":"routed","action":"0h3kd9vz8m2q4zj7","rule":"x","attempt":1,"event":{"id":"{{@event.Id}}","timestamp":"2026-11-26T12:00:00.000Z","source":"manual","type":"go","payload":{} } }"""
                + "\n"
        );
        var (code, output, _) = Run("show", @event.Id.ToString()[^8..]);
        code.ShouldBe(0);
        output.ShouldContain($"id       {@event.Id}\ntime     2026-11-26T12:00:00.000Z (");
        output.ShouldContain("  {\n    \"n\": 1,\n");
        output.ShouldEndWith("Rules\n  x: fired, run 0h3kd9vz8m2q4zj7\n  y: no, asks n to be 2, and it is 1\n  z: no, is for type other\n");
        using var json = JsonDocument.Parse(Run("show", @event.Id.ToString(), "--json").Output);
        json.RootElement.GetProperty("id").GetGuid().ShouldBe(@event.Id);
        json.RootElement.GetProperty("payload").GetProperty("n").GetInt32().ShouldBe(1);
        json.RootElement.GetProperty("rules")
            .EnumerateArray()
            .Select(r => (r.GetProperty("id").GetString(), r.GetProperty("fired").GetBoolean()))
            .ShouldBe([("x", true), ("y", false), ("z", false)]);
    }

    [Theory]
    [InlineData("[2026-11-26T12:00:00.001Z] info rules: Event {0} does not fire x: cooldown")]
    [InlineData(
        """{{"timestamp":"2026-11-26T12:00:00.001Z","level":"info","category":"rules","message":"Event {0} does not fire x: cooldown","Rule":"x"}}"""
    )]
    public void Show_knows_from_the_log_why_a_rule_let_an_event_go(string line)
    {
        var @event = Event("go", Noon);
        Journal(@event);
        File.WriteAllText(
            _paths.Log,
            "[2026-11-26T12:00:00.000Z] info bus: before\n" + string.Format(CultureInfo.InvariantCulture, line, @event.Id) + "\n"
        );
        Run("show", @event.Id.ToString()).Output.ShouldContain("\n  x: no, cooldown\n");
    }

    [Fact]
    public void An_id_that_fits_none_or_several_is_told()
    {
        var events = new[] { Event("go", Noon), Event("go", Noon) };
        foreach (var @event in events) Journal(@event);
        Run("show", "ffff").Error.ShouldStartWith("aiwg-daemon: There is no event 'ffff' on record; ");
        Run("show", events[0].Id.ToString()[..8]).Error.ShouldContain("fits several events, among them ");
        Run("show", "").Code.ShouldBe(2);
    }

    private static DaemonEvent Event(string type, DateTimeOffset at, string payload = "{}") =>
        TestEvents.Of(EventSource.Manual, type, "", payload, at);

    private void Journal(DaemonEvent @event) =>
        File.AppendAllText(
            Path.Combine(_paths.Events, JournalPosition.FileName(DateOnly.FromDateTime(@event.Timestamp.UtcDateTime))),
            Encoding.UTF8.GetString(EventJson.ToBytes(@event)) + "\n"
        );

    private List<int> Numbers(params string[] options)
    {
        var (code, output, error) = Run(options);
        code.ShouldBe(0, error);
        using var json = JsonDocument.Parse(output);
        return
        [
            .. json.RootElement.EnumerateArray().Select(e => e.GetProperty("payload").TryGetProperty("n", out var n) ? n.GetInt32() : -1),
        ];
    }

    private (int Code, string Output, string Error) Run(params string[] options)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = CommandLine.Run(["events", .. options, "--project", _paths.Project], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
