using System.Text;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.Runs;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Runs;

/// <summary>A ledger that something else has written to: nothing is lost, nothing is silent, and what was there is kept.</summary>
public sealed class LedgerDamageTests : IDisposable
{
    private const int Finished = 10, Started = 15, Routed = 25, All = 30;
    private static readonly ProcessIdentity Process = new(4711, 99, "boot");

    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string?> _issues = [];

    private string Ledger => _directory.Combine(RunStore.FileName);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Whatever_part_is_overwritten_cut_out_or_emptied_every_event_that_had_not_begun_is_still_owed()
    {
        var events = Live();
        var whole = File.ReadAllBytes(Ledger);
        var random = new Random(20261128);
        for (var round = 0; round < 150; round++)
        {
            var (start, length) = (random.Next(whole.Length), random.Next(1, 2000));
            var end = Math.Min(whole.Length, start + length);
            var damaged = (byte[])whole.Clone();
            switch (round % 4)
            {
                case 0: damaged.AsSpan(start..end).Clear(); break;
                case 1: random.NextBytes(damaged.AsSpan(start..end)); break;
                case 2: damaged = [.. whole[..start], .. whole[end..]]; break;
                default: damaged[start] ^= (byte)(1 << random.Next(8)); break;
            }
            Recover(damaged, events, $"round {round}: {start}..{end}");
        }
        Recover([], events, "emptied");
        Recover(null, events, "removed");
        Recover(Encoding.UTF8.GetBytes(new string('\0', 4096)), events, "zeros");
        _issues["bus.ledger.damaged"].ShouldNotBeNull().ShouldContain(RunStore.FileName);
    }

    [Theory]
    [InlineData("\"position\":8120052000000000000")]
    [InlineData("\"position\":-1")]
    [InlineData("\"position\":812345678901234567,\"length\":4294967297")]
    [InlineData("\"position\":812345678901234567,\"length\":-1")]
    [InlineData("\"position\":0,\"length\":100")]
    public void An_event_of_no_place_in_a_journal_is_damage(string place)
    {
        var ledger = new LedgerReader();
        var line =
            $$"""{"record":"routed","action":"a","rule":"r","attempt":1,{{place}},"event":{{Encoding.UTF8.GetString(EventJson.ToBytes(TestEvents.Manual("t")))}}}""";
        ledger.Apply(Encoding.UTF8.GetBytes(line), static _ => { }, out var error).ShouldBeFalse();
        error.ShouldBe("its position is no place in a journal");
        ledger.State.Settled.ShouldBe(0);
    }

    [Fact]
    public void What_is_damaged_is_named_and_kept()
    {
        Live();
        var damaged = File.ReadAllBytes(Ledger);
        damaged[damaged.Length / 2] ^= 1;
        File.WriteAllBytes(Ledger, damaged);
        using var journal = Journal();
        using var ledger = Open(journal);
        ledger.Recover(_ => false);
        _issues["bus.ledger.damaged"].ShouldNotBeNull().ShouldContain("checksum");
        File.ReadAllBytes(Ledger + ".damaged-1").ShouldBe(damaged);
    }

    [Fact]
    public void A_lost_ledger_begins_where_state_json_says_that_nothing_was_owed_and_repeats_no_run_that_left_its_output()
    {
        var events = Live();
        long settled;
        using (var journal = Journal())
        {
            using var ledger = Open(journal);
            ledger.Recover(_ => false);
            settled = ledger.Settled;
        }
        settled.ShouldBe(events[Finished].LineStart, "the first run that has not ended");
        File.Delete(Ledger);
        using var again = Journal();
        using var lost = Open(again);
        var sources = new RecoverySources(_ => false)
        {
            Settled = settled,
            Started = () => events[Finished..Started].Select(e => (e.Id, "r")),
        };
        lost.Recover(sources)
            .Unrouted.Where(u => !u.RoutedTo.Contains("r"))
            .Select(u => u.Event.Id)
            .ShouldBe(events[Started..].Select(e => e.Id));
    }

    [Fact]
    public void A_new_project_owes_nothing_and_reports_nothing()
    {
        using var journal = Journal();
        using var ledger = Open(journal);
        ledger.Recover(_ => false).Unrouted.ShouldBeEmpty();
        _issues.Values.ShouldAllBe(issue => issue == null);
    }

    [Fact]
    public void A_ledger_of_the_version_before_without_checksums_is_taken_over()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "tests", "AiwgDaemon.Tests", "Runs", "Format1")))
            File.Copy(file, _directory.Combine(Path.GetFileName(file)));
        for (var start = 1; start <= 2; start++)
        {
            using var journal = Journal();
            using var ledger = Open(journal);
            var recovery = ledger.Recover(_ => false);
            recovery.Lost.Select(l => (l.ActionId, l.Process!.Pid)).ShouldBe([("06h27kg80a30tq4j", 19334)]);
            recovery.Owed.Select(o => (o.ActionId, Encoding.UTF8.GetString(o.Events.Single().Payload.Span)))
                .ShouldBe([("06h27kg83yf68kmw", """{"n":2}"""), ("06h27kg86jvzts2k", """{"n":3}""")]);
            recovery.Unrouted.ShouldBeEmpty();
            _issues.GetValueOrDefault("bus.ledger.damaged").ShouldBeNull();
            File.ReadAllText(Ledger).ShouldStartWith("""{"record":"ledger","version":3""");
        }
    }

    [Fact]
    public void A_ledger_of_the_version_before_that_knew_no_holds_and_no_ended_runs_is_taken_over()
    {
        var (a, b) = (
            Encoding.UTF8.GetString(EventJson.ToBytes(TestEvents.Manual("a"))),
            Encoding.UTF8.GetString(EventJson.ToBytes(TestEvents.Manual("b")))
        );
        string[] records =
        [
            """{"record":"ledger","version":2,"settled":0}""",
            $$"""{"record":"routed","action":"06h27kg80a30tq4j","rule":"r","attempt":1,"event":{{a}}}""",
            """{"record":"started","action":"06h27kg80a30tq4j","pid":19334,"start_time":321200,"boot_id":"x","at":"2026-11-28T20:17:14Z"}""",
            $$"""{"record":"routed","action":"06h27kg83yf68kmw","rule":"r","attempt":2,"event":{{b}}}""",
        ];
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        for (var i = 0; i < records.Length; i++) LedgerLine.Write(buffer, Encoding.UTF8.GetBytes(records[i]), i + 1);
        File.WriteAllBytes(Ledger, buffer.WrittenSpan.ToArray());
        for (var start = 1; start <= 2; start++)
        {
            using var journal = Journal();
            using var ledger = Open(journal);
            var recovery = ledger.Recover(_ => false);
            recovery.Lost.Single().ActionId.ShouldBe("06h27kg80a30tq4j");
            (recovery.Owed.Single().ActionId, recovery.Owed.Single().Attempt, recovery.Owed.Single().IsHeldByHand).ShouldBe(
                ("06h27kg83yf68kmw", 2, start == 2)
            );
            _issues.GetValueOrDefault("bus.ledger.damaged").ShouldBeNull();
            File.ReadAllText(Ledger).ShouldStartWith("""{"record":"ledger","version":3""");
            ledger.Hold("06h27kg83yf68kmw", isHeld: true);
        }
    }

    [Fact]
    public void A_ledger_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        const string Newer = """{"record":"ledger","version":4,"settled":0}""" + "\n";
        File.WriteAllText(Ledger, Newer);
        using var journal = Journal();
        using var ledger = Open(journal);
        Should.Throw<IOException>(() => ledger.Recover(_ => false)).Message.ShouldContain("newer version");
        File.ReadAllText(Ledger).ShouldBe(Newer);
    }

    [Fact]
    public void The_ledger_of_a_copy_is_set_aside_and_its_runs_are_left_to_the_original()
    {
        var events = Live(new LedgerOrigin("/original", 7));
        using var journal = Journal();
        using var ledger = Open(journal, new LedgerOrigin("/copy", 8));
        var recovery = ledger.Recover(
            new RecoverySources(_ => true)
            {
                RelationTo = origin => origin.Project == "/original" ? OriginRelation.Copy : OriginRelation.Same,
            }
        );
        (recovery.Owed.Count, recovery.Lost.Count, recovery.Unrouted.Count(), recovery.MayEndProcesses).ShouldBe((0, 0, 0, false));
        _issues["bus.ledger.copy"].ShouldNotBeNull().ShouldContain("/original");
        File.Exists(Ledger + ".copied-1").ShouldBeTrue();

        // What comes from now on is the copy's own.
        var own = TestEvents.Manual("own");
        journal.Append([new PublishedEvent(own, null)], new DaemonEvent[1]);
        using var next = Open(journal, new LedgerOrigin("/copy", 8));
        next.Recover(_ => false).Unrouted.Select(u => u.Event.Id).ShouldBe([own.Id]);
        events.Count.ShouldBe(All);
    }

    [Fact]
    public void A_large_payload_is_in_the_journal_only_and_comes_from_there()
    {
        var large = TestEvents.Manual("large", $$"""{"text":"{{new string('x', 100_000)}}"}""");
        using (var journal = Journal())
        {
            using var ledger = Open(journal);
            ledger.Recover(_ => false);
            journal.Append([new PublishedEvent(large, null)], new DaemonEvent[1]);
            large.BytesHeld.ShouldBe(0);
            ledger.Routed([new RoutedEvent("a", "r", 1, large)], large.JournalPosition);
        }
        new FileInfo(Ledger).Length.ShouldBeLessThan(2000);
        using var after = Journal();
        using var next = Open(after);
        var again = next.Recover(_ => false).Owed.Single().Events.Single();
        (again.Id, again.Subject, again.Redelivered, again.BytesHeld).ShouldBe((large.Id, large.Subject, true, 0));
        again.PayloadJson.GetProperty("text").GetString().ShouldBe(new string('x', 100_000));

        foreach (var file in Directory.GetFiles(_directory.Path, "????-??-??.jsonl"))
            File.WriteAllText(file, "");
        Should
            .Throw<IOException>(() => next.Recover(_ => false).Owed.Single().Events.Single().Payload)
            .Message.ShouldContain("payload is lost");
    }

    private void Recover(byte[]? content, List<DaemonEvent> events, string what)
    {
        File.Delete(Ledger);
        if (content is not null) File.WriteAllBytes(Ledger, content);
        _issues.Clear();
        using var journal = Journal();
        using var ledger = Open(journal);
        var recovery = ledger.Recover(_ => false);
        var owed = recovery
            .Owed.SelectMany(a => a.Events)
            .Select(e => e.Id)
            .Concat(recovery.Unrouted.Where(u => !u.RoutedTo.Contains("r")).Select(u => u.Event.Id))
            .ToList();
        foreach (var e in events[Started..])
            owed.Count(id => id == e.Id).ShouldBe(1, $"{e.Type}, {what}");
        var repeated = events[..Started].Count(e => owed.Contains(e.Id));
        if (repeated > 0) _issues.GetValueOrDefault("bus.ledger.damaged").ShouldNotBeNull($"{repeated} repeated, {what}");
    }

    // Ten that ended, five that run, ten that wait, five that no rule has seen.
    private List<DaemonEvent> Live(LedgerOrigin? origin = null)
    {
        var events = Enumerable.Range(0, All).Select(i => TestEvents.Manual($"e{i}")).ToList();
        using var journal = Journal();
        using var ledger = Open(journal, origin);
        ledger.Recover(_ => false);
        for (var i = 0; i < All; i++)
        {
            journal.Append([new PublishedEvent(events[i], null)], new DaemonEvent[1]);
            if (i >= Routed) continue;
            ledger.Routed([new RoutedEvent($"a{i}", "r", 1, events[i])], events[i].JournalPosition);
            if (i < Started) ledger.Started($"a{i}", Process);
            if (i < Finished) ledger.Finished($"a{i}", "completed");
        }
        return events;
    }

    private EventJournal Journal() => new(_directory.Path, new HistoryOptions(), TimeProvider.System, Report, NullLogger.Instance);

    private RunStore Open(EventJournal journal, LedgerOrigin? origin = null) =>
        new(Ledger, journal, TimeProvider.System, Report, NullLogger.Instance, origin);

    private void Report(string key, string? message, IssueSeverity severity = IssueSeverity.Degraded) => _issues[key] = message;
}
