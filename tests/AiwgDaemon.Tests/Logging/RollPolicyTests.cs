using AiwgDaemon.Logging;
using CsCheck;

namespace AiwgDaemon.Tests.Logging;

public sealed class RollPolicyTests
{
    [Theory]
    [InlineData(0, 500, 100, false)]
    [InlineData(90, 10, 100, false)]
    [InlineData(91, 10, 100, true)]
    public void A_file_rolls_before_it_would_grow_past_its_limit(long size, int line, long max, bool rolls) =>
        RollPolicy.MustRoll(size, line, max).ShouldBe(rolls);

    [Fact]
    public void Files_move_up_by_one_and_the_oldest_is_replaced() =>
        RollPolicy.Moves(new HashSet<int> { 1, 2, 3 }, 3).ShouldBe([(2, 3), (1, 2), (0, 1)]);

    [Fact]
    public void Nothing_is_kept_where_nothing_may_be_kept() => RollPolicy.Moves(new HashSet<int> { 1 }, 0).ShouldBeEmpty();

    [Fact]
    public void A_rotation_interrupted_after_any_step_loses_no_file_the_next_time() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[0, 6], Gen.Int[0, 6])
            .Sample(
                (max, present, stop) =>
                {
                    present = Math.Min(present, max);
                    // Content is the age: the larger the newer.
                    var files = Enumerable.Range(0, present + 1).ToDictionary(slot => slot, slot => 100 - slot);
                    Apply(files, RollPolicy.Moves(Rotated(files), max).Take(stop));
                    if (!files.ContainsKey(0))
                        files[0] = 101;
                    Apply(files, RollPolicy.Moves(Rotated(files), max));

                    files.ShouldNotContainKey(0);
                    var ages = files.OrderBy(f => f.Key).Select(f => f.Value).ToArray();
                    ages.ShouldBe(ages.OrderDescending());
                    files.Count.ShouldBeLessThanOrEqualTo(max);
                    if (present + 2 <= max)
                        files.Count.ShouldBeGreaterThan(present);
                }
            );

    [Theory]
    [InlineData("daemon.log", 0)]
    [InlineData("daemon.log.1", 1)]
    [InlineData("daemon.log.12", 12)]
    [InlineData("daemon.log.01", null)]
    [InlineData("daemon.log.1x", null)]
    [InlineData("daemon.log.", null)]
    [InlineData("daemon.log.1.gz", null)]
    [InlineData("other.log.1", null)]
    public void Only_our_own_names_have_a_slot(string name, int? slot) => RollPolicy.SlotOf(name, "daemon.log").ShouldBe(slot);

    private static HashSet<int> Rotated(Dictionary<int, int> files) => [.. files.Keys.Where(k => k > 0)];

    private static void Apply(Dictionary<int, int> files, IEnumerable<(int From, int To)> moves)
    {
        foreach (var (from, to) in moves)
            if (files.Remove(from, out var content)) files[to] = content;
    }
}
