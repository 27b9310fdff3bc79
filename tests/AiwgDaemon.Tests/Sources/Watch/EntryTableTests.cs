using System.Text;
using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Sources.Watch.Entries;
using CsCheck;

namespace AiwgDaemon.Tests.Sources.Watch;

public sealed class EntryTableTests
{
    [Fact]
    public void An_entry_is_found_by_its_parent_and_name()
    {
        var table = new EntryTable();
        var directory = table.Add(EntryTable.Root, "dir"u8, EntryFlags.Directory);
        var file = table.Add(directory, "file"u8, EntryFlags.Exists);
        table.Walk(EntryTable.Root, "dir/file"u8).ShouldBe(file);
        table.Find(EntryTable.Root, "file"u8).ShouldBe(0);
        Encoding.UTF8.GetString(table.Name(file)).ShouldBe("file");
    }

    [Fact]
    public void It_agrees_with_a_dictionary_through_growth_and_reuse()
    {
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 400], Gen.Bool).Array[0, 3000].Sample(steps =>
        {
            var table = new EntryTable();
            int[] parents = [.. Enumerable.Range(0, 4).Select(i => table.Add(EntryTable.Root, [(byte)('a' + i)], EntryFlags.Directory))];
            var model = new Dictionary<(int, int), int>();
            foreach (var (parent, number, removes) in steps)
            {
                // Names of all lengths: their places are used again by length.
                var name = Encoding.ASCII.GetBytes(new string('n', number % 40) + number);
                if (model.TryGetValue((parent, number), out var index) != (table.Find(parents[parent], name) != 0)) return false;
                if (removes && index != 0)
                {
                    table.Remove(index);
                    model.Remove((parent, number));
                }
                else if (!removes && index == 0)
                {
                    model[(parent, number)] = table.Add(parents[parent], name, EntryFlags.Exists);
                }
            }
            foreach (var ((parent, number), index) in model)
                if (table.Find(parents[parent], Encoding.ASCII.GetBytes(new string('n', number % 40) + number)) != index) return false;
            for (var parent = 0; parent < 4; parent++)
            {
                var children = 0;
                for (var child = table[parents[parent]].FirstChild; child != 0; child = table[child].Next) children++;
                if (children != model.Keys.Count(k => k.Item1 == parent)) return false;
            }
            return table.Count == model.Count + 5;
        }, iter: 50);
    }

    [Fact]
    public void Names_that_were_chosen_to_collide_cost_no_more_than_others()
    {
        // 2^16 names with one value of the unseeded hash (FNV-1a) that was used once: of two blocks with the same effect either may stand
        // in each of 16 places.
        var table = new EntryTable();
        var directory = table.Add(EntryTable.Root, "d"u8, EntryFlags.Directory);
        var state = 2166136261u ^ ((uint)directory * 0x9e3779b1);
        var blocks = new List<(byte[], byte[])>();
        var random = new Random(1);
        for (var place = 0; place < 16; place++)
        {
            var seen = new Dictionary<uint, byte[]>();
            while (true)
            {
                byte[] block = [.. Enumerable.Range(0, 6).Select(_ => (byte)random.Next('a', 'z' + 1))];
                var after = block.Aggregate(state, (hash, b) => (hash ^ b) * 16777619);
                if (seen.TryGetValue(after, out var other) && !other.SequenceEqual(block))
                {
                    blocks.Add((other, block));
                    state = after;
                    break;
                }
                seen[after] = block;
            }
        }
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (var number = 0; number < 1 << 16; number++)
        {
            var name = blocks.SelectMany((pair, place) => (number >> place & 1) == 0 ? pair.Item1 : pair.Item2).ToArray();
            table.Find(directory, name).ShouldBe(0);
            table.Add(directory, name, EntryFlags.Exists);
            (watch.Elapsed < TimeSpan.FromSeconds(10)).ShouldBeTrue($"{number} names take {watch.Elapsed}");
        }
    }
}
