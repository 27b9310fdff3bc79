using AiwgDaemon.Bus;
using AiwgDaemon.Tests.Support;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Bus;

public sealed class EventJournalTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_event_read_back_is_the_event_that_was_written() =>
        Gen.Select(Gen.String, Gen.String)
            .Sample(
                (type, text) =>
                {
                    var payload = System.Text.Json.JsonSerializer.Serialize(text, JsonStrings.Default.String);
                    var written = TestEvents.Manual(
                        System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(type)),
                        $"{{\n\"a\":{payload}\r\n}}"
                    );
                    var line = EventJson.ToBytes(written);
                    line.ShouldNotContain((byte)'\n');
                    EventJson.TryParse(line, out var read, out _).ShouldBeTrue();
                    (read!.Id, read.Timestamp, read.Source, read.Type, read.Redelivered).ShouldBe(
                        (written.Id, written.Timestamp, written.Source, written.Type, false)
                    );
                    read.PayloadJson.GetProperty("a").GetRawText().ShouldBe(payload);
                }
            );

    [Fact]
    public void A_line_has_the_members_of_the_contract()
    {
        var line = System.Text.Encoding.UTF8.GetString(
            EventJson.ToBytes(
                new DaemonEvent
                {
                    Id = Guid.Empty,
                    Timestamp = Noon,
                    Source = EventSource.Watch,
                    Type = "file.modify",
                    Subject = "a",
                    Payload = "{\"path\":\"a\"}"u8.ToArray(),
                    Redelivered = true,
                }
            )
        );
        line.ShouldBe(
            """{"id":"00000000-0000-0000-0000-000000000000","timestamp":"2026-03-01T12:00:00.000Z","source":"watch","type":"file.modify","payload":{"path":"a"},"redelivered":true}"""
        );
    }

    [Fact]
    public void A_journal_cut_at_any_byte_keeps_every_whole_line_and_goes_on()
    {
        using var directory = new TemporaryDirectory();
        var events = new[] { TestEvents.Watch("a/ü\n\"$(x)"), TestEvents.Manual("m", "[1,2]"), TestEvents.Watch("b") };
        using (var journal = Open(directory.Path)) Append(journal, events);
        var file = directory.Combine("2026-03-01.jsonl");
        var whole = File.ReadAllBytes(file);
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            File.WriteAllBytes(file, whole[..cut]);
            var expected = whole.AsSpan(0, cut).Count((byte)'\n');
            using var journal = Open(directory.Path);
            var next = TestEvents.Manual("next");
            Append(journal, next);
            var read = journal.Reader.ReadFrom(0).ToList();
            read.Select(e => e.Id).ShouldBe([.. events.Take(expected).Select(e => e.Id), next.Id], $"cut at {cut}");
            journal.Reader.ReadFrom(read[0].JournalPosition).Count().ShouldBe(expected);
        }
    }

    [Fact]
    public void A_day_has_its_own_file_and_old_ones_are_removed()
    {
        using var directory = new TemporaryDirectory();
        var time = new FakeTimeProvider(Noon);
        using var journal = Open(directory.Path, time);
        var first = TestEvents.Manual("first");
        Append(journal, first);
        for (var day = 0; day < 9; day++)
        {
            time.Advance(TimeSpan.FromDays(1));
            Append(journal, TestEvents.Manual("x"));
            journal.IsDayToRemove.ShouldBeTrue();
            journal.RemoveOld(neededFrom: long.MaxValue);
            journal.IsDayToRemove.ShouldBeFalse();
        }
        JournalDays.In(directory.Path).Count.ShouldBe(8);
        journal.Reader.ReadFrom(first.JournalPosition).Count().ShouldBe(8);
        journal.Reader.ReadLast(1).Single().Type.ShouldBe("x");
    }

    [Fact]
    public async Task Where_the_disk_refuses_durable_events_are_not_accepted_and_others_go_on()
    {
        using var directory = new TemporaryDirectory();
        var blocked = directory.Combine("events");
        File.WriteAllText(blocked, "in the way");
        string? issue = null;
        using var journal = new EventJournal(
            blocked,
            new HistoryOptions(),
            new FakeTimeProvider(Noon),
            (_, message, _) => issue = message,
            NullLogger.Instance
        );
        await using var bus = new EventBus(new BusOptions(), TimeProvider.System, NullLogger.Instance, journal);
        var received = 0;
        bus.Subscribe("any", new SubscriptionOptions(), (_, _) => { received++; return default; });
        bus.Start();
        await Should.ThrowAsync<IOException>(async () => await bus.PublishDurablyAsync(TestEvents.Manual("durable"), CancellationToken.None));
        await bus.PublishAsync(TestEvents.Watch("a"), CancellationToken.None);
        await Eventually.Until(() => received == 1, "the event that needs no disk");
        issue.ShouldNotBeNull();
        File.Delete(blocked);
        await bus.PublishDurablyAsync(TestEvents.Manual("durable"), CancellationToken.None);
        issue.ShouldBeNull();
        journal.Reader.ReadLast(10).Count.ShouldBe(1);
    }

    private static EventJournal Open(string directory, TimeProvider? time = null) =>
        new(directory, new HistoryOptions(), time ?? new FakeTimeProvider(Noon), TestEvents.NoReport, NullLogger.Instance);

    private static void Append(EventJournal journal, params DaemonEvent[] events) =>
        journal.Append(events.Select(e => new PublishedEvent(e, null)).ToArray(), new DaemonEvent[events.Length]).ShouldBe(events.Length);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class JsonStrings : System.Text.Json.Serialization.JsonSerializerContext;
