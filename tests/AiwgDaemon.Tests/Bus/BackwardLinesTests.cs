using System.Diagnostics;
using System.Text;
using AiwgDaemon.Api.Files;
using AiwgDaemon.Bus;
using AiwgDaemon.Cli;
using AiwgDaemon.Tests.Support;
using CsCheck;

namespace AiwgDaemon.Tests.Bus;

public sealed class BackwardLinesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string File => _directory.Combine("lines");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void It_reads_the_same_lines_as_reading_forward_in_the_opposite_order() =>
        // Around the size of a block and far above it, with holes and a torn end.
        Gen.Select(Gen.OneOf(Gen.Int[0, 40], Gen.Int[60_000, 70_000], Gen.Int[100_000, 300_000]), Gen.Int[0, 9], Gen.Int[0, 200_000])
            .Array[0, 12]
            .Sample(
                parts =>
                {
                    var content = new List<byte>();
                    foreach (var (length, kind, hole) in parts)
                    {
                        if (kind == 0)
                            content.AddRange(new byte[hole]);
                        content.AddRange(Enumerable.Repeat((byte)('a' + kind), length));
                        if (kind != 9)
                            content.Add((byte)'\n');
                    }
                    System.IO.File.WriteAllBytes(File, [.. content]);
                    var forward = JsonLines.Read(File).Select(l => Convert.ToHexString(l.Line.Span)).ToArray();
                    BackwardLines
                        .Read(File)
                        .Select(l => Convert.ToHexString(l.Span))
                        .Reverse()
                        .ToArray()
                        .SequenceEqual(forward)
                        .ShouldBeTrue();
                },
                iter: 60,
                threads: 1
            );

    [Fact]
    public void A_hole_larger_than_memory_and_a_missing_file_are_passed_over()
    {
        BackwardLines.Read(File).ShouldBeEmpty();
        using (var stream = System.IO.File.Create(File))
        {
            stream.Write("first\n"u8);
            stream.Seek(1L << 33, SeekOrigin.Begin);
            stream.Write("last\n"u8);
        }
        BackwardLines.Read(File).Take(1).Select(l => Encoding.UTF8.GetString(l.Span)).ShouldBe(["last"]);
    }

    [Fact]
    public void The_newest_events_of_a_long_journal_are_found_without_reading_it()
    {
        var day = _directory.Combine("2026-11-28.jsonl");
        using (var writer = new StreamWriter(day))
        {
            var line = Encoding.UTF8.GetString(EventJson.ToBytes(TestEvents.Watch("some/path")));
            for (var i = 0; i < 300_000; i++) writer.WriteLine(line);
            writer.WriteLine(Encoding.UTF8.GetString(EventJson.ToBytes(TestEvents.Manual("newest"))));
        }
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++) EventFiles.Last(_directory.Path, 5, new EventFilter())[^1].Type.ShouldBe("newest");
        EventFiles.Last(_directory.Path, 5, new EventFilter("manual")).ShouldHaveSingleItem().Type.ShouldBe("newest");
        // Twenty times the whole file would be minutes.
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }
}
