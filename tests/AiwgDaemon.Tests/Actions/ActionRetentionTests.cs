using AiwgDaemon.Actions;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Actions;

public sealed class ActionRetentionTests
{
    [Fact]
    public async Task A_backlog_of_old_files_is_removed_beside_the_actions_and_the_newest_stay()
    {
        using var directory = new TemporaryDirectory();
        var places = new ActionPlaces(directory.Path, directory.Combine(".aiwg", "daemon", "actions"));
        Directory.CreateDirectory(places.Actions);
        var begin = DateTimeOffset.UtcNow.AddDays(-1);
        var old = Enumerable.Range(0, 3000).Select(i => ActionId.New(begin.AddSeconds(i))).ToArray();
        foreach (var id in old) File.WriteAllText(places.Output(id), "");
        File.WriteAllText(places.Paths(old[0]), "");
        File.WriteAllText(Path.Combine(places.Actions, "notes.txt"), "somebody's");
        var retention = new ActionRetention(places, NullLogger.Instance);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(retention.Open)));
        File.Exists(places.Paths(old[0])).ShouldBeFalse();
        Directory.GetFiles(places.Actions, "*.log").Length.ShouldBe(old.Length);

        // From several threads at once, as actions end.
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(n => Task.Run(() => retention.Finished(ActionId.New(DateTimeOffset.UtcNow.AddSeconds(n)), kept: 10)))
        );

        await Eventually.Until(() => Directory.GetFiles(places.Actions, "*.log").Length == 6, "the old ones are gone");
        old[^6..].ShouldAllBe(id => File.Exists(places.Output(id)));
        File.Exists(Path.Combine(places.Actions, "notes.txt")).ShouldBeTrue();
    }
}
