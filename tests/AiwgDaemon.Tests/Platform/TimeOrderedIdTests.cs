using AiwgDaemon.Platform;

namespace AiwgDaemon.Tests.Platform;

public sealed class TimeOrderedIdTests
{
    private static readonly DateTimeOffset Instant = new(2026, 11, 22, 9, 0, 0, 123, TimeSpan.Zero);

    [Fact]
    public void It_is_a_version_7_identifier_of_its_millisecond()
    {
        var id = TimeOrderedId.Create(Instant);
        id.Version.ShouldBe(7);
        (id.Variant >> 2).ShouldBe(2);
        id.ToString()[..13].ShouldBe(Guid.CreateVersion7(Instant).ToString()[..13]);
    }

    [Fact]
    public void Later_ones_sort_later_and_none_comes_twice()
    {
        var ids = Enumerable.Range(0, 1000).Select(i => TimeOrderedId.Create(Instant.AddMicroseconds(i)).ToString()).ToList();
        ids.ShouldBe(ids.Order(StringComparer.Ordinal));
        Enumerable.Range(0, 1000).Select(_ => TimeOrderedId.Create(Instant)).Distinct().Count().ShouldBe(1000);
    }
}
