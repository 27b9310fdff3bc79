using System.Text;
using AiwgDaemon.Sources.Watch;
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
}
