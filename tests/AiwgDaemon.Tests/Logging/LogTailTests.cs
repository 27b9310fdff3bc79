using System.Text;
using AiwgDaemon.Logging;
using AiwgDaemon.Tests.Support;
using CsCheck;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Tests.Logging;

public sealed class LogTailTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly StringBuilder _output = new();

    private string Path => _directory.Combine("daemon.log");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void It_gives_the_last_lines_whatever_files_they_are_in() =>
        Gen.Select(Gen.Int[0, 12].List[1, 4], Gen.Int[0, 40], Gen.Bool, Gen.Int[0, 20_000])
            .Sample(
                (sizes, wanted, final, width) =>
                {
                    var all = new List<string>();
                    for (var slot = sizes.Count - 1; slot >= 0; slot--)
                    {
                        var lines = Enumerable
                            .Range(0, sizes[slot])
                            .Select(i => $"{slot}-{i}-{new string('x', (i * 7919) % (width + 1))}")
                            .ToList();
                        all.AddRange(lines);
                        var text = string.Concat(lines.Select(line => line + "\n"));
                        if (slot == 0 && !final && text.Length > 0)
                            text = text[..^1];
                        File.WriteAllText(LogFiles.PathOf(Path, slot), text);
                    }
                    Last(wanted).ShouldBe(all.TakeLast(wanted));
                    for (var slot = 0; slot < sizes.Count; slot++)
                        File.Delete(LogFiles.PathOf(Path, slot));
                },
                iter: 60,
                threads: 1
            );

    [Fact]
    public void A_number_larger_than_the_log_gives_all_of_it()
    {
        File.WriteAllText(Path, "a\nb\n");
        Last(long.MaxValue).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void No_log_at_all_is_said()
    {
        using var tail = Tail(LogFilter.All);
        tail.PrintLast(50, follow: false).ShouldBeFalse();
    }

    [Fact]
    public void Level_and_time_select_lines_and_the_number_counts_what_is_selected()
    {
        File.WriteAllLines(Path + ".1", ["[2026-11-22T08:00:00.000Z] error a: 1", "[2026-11-22T09:00:00.000Z] error a: 2"]);
        File.WriteAllLines(
            Path,
            [
                "[2026-11-22T09:10:00.000Z] info a: 3",
                "{\"timestamp\":\"2026-11-22T09:20:00.000Z\",\"level\":\"warn\",\"category\":\"a\",\"message\":\"4\"}",
                "[2026-11-22T09:30:00.000Z] debug a: 5",
            ]
        );

        Last(2, new LogFilter(LogLevel.Warning)).Select(l => l[^3..]).ShouldBe([": 2", "4\"}"]);
        Last(50, new LogFilter(LogLevel.Trace, new DateTimeOffset(2026, 11, 22, 8, 30, 0, TimeSpan.Zero))).Count.ShouldBe(4);
    }

    [Fact]
    public void A_follower_gets_every_line_once_over_rotation_truncation_and_removal()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var tail = Tail(LogFilter.All);
        tail.PrintLast(10, follow: true).ShouldBeFalse();
        tail.CatchUp();
        File.WriteAllText(Path, "1\n2\n");
        tail.CatchUp();
        File.AppendAllText(Path, "3\nhal");
        tail.CatchUp();
        Output().ShouldBe(["1", "2", "3"]);
        File.AppendAllText(Path, "f\n");
        // Two rotations between two looks.
        LogFiles.Rotate(Path, 5);
        File.WriteAllText(Path, "5\n");
        LogFiles.Rotate(Path, 5);
        File.WriteAllText(Path, "6\n");
        tail.CatchUp();
        Output().ShouldBe(["1", "2", "3", "half", "5", "6"]);
        File.WriteAllText(Path, "7\n");
        File.Delete(Path);
        tail.CatchUp();
        File.WriteAllText(Path, "8\n");
        tail.CatchUp();
        tail.CatchUp();
        Output().Last().ShouldBe("8");
        Output().Count(l => l == "8").ShouldBe(1);
    }

    private List<string> Last(long lines, LogFilter? filter = null)
    {
        _output.Clear();
        using var tail = Tail(filter ?? LogFilter.All);
        tail.PrintLast(lines, follow: false);
        return Output();
    }

    private LogTail Tail(LogFilter filter) => new(Path, filter, text => _output.Append(Encoding.UTF8.GetString(text)));

    private List<string> Output() => [.. _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
}
