using System.Text;
using AiwgDaemon.Logging;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Logging;

public sealed class RollingFileWriterTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<string?> _reports = [];

    private string Path => _directory.Combine("daemon.log");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_line_that_comes_alone_is_written_at_once_and_a_burst_within_ten_milliseconds()
    {
        using var writer = Open();
        Advance(1000);
        Write(writer, "one");
        File.ReadAllText(Path).ShouldBe("one\n");

        Write(writer, "two");
        Write(writer, "three");
        File.ReadAllText(Path).ShouldBe("one\n");
        Advance(10);
        File.ReadAllText(Path).ShouldBe("one\ntwo\nthree\n");
    }

    [Fact]
    public void A_warning_takes_the_waiting_lines_along_at_once()
    {
        using var writer = Open();
        Write(writer, "one");
        Write(writer, "two");
        writer.Write("bad\n"u8, urgent: true);
        File.ReadAllText(Path).ShouldBe("one\ntwo\nbad\n");
    }

    [Fact]
    public async Task Eight_threads_lose_double_or_tear_no_line_over_many_rotations()
    {
        const int Threads = 8, Lines = 5000;
        using (var writer = Open(maxBytes: 16 * 1024, maxFiles: 500, TimeProvider.System))
        {
            await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
            {
                for (var i = 0; i < Lines; i++) writer.Write(Encoding.UTF8.GetBytes($"{thread} {i} {new string('x', i % 90)}\n"));
            })));
        }

        var files = Directory.GetFiles(_directory.Path);
        files.Length.ShouldBeGreaterThan(20);
        files.ShouldAllBe(file => new FileInfo(file).Length <= 16 * 1024);
        var slots = files.Select(file => RollPolicy.SlotOf(System.IO.Path.GetFileName(file), "daemon.log")!.Value).OrderDescending();
        var next = new int[Threads];
        foreach (var line in slots.SelectMany(slot => File.ReadLines(LogFiles.PathOf(Path, slot))))
        {
            var parts = line.Split(' ');
            var (thread, i) = (int.Parse(parts[0]), int.Parse(parts[1]));
            i.ShouldBe(next[thread]++);
            parts[2].Length.ShouldBe(i % 90);
        }
        next.ShouldAllBe(count => count == Lines);
    }

    [Fact]
    public void At_most_max_files_rotated_files_are_kept_and_the_first_is_the_newest()
    {
        using (var writer = Open(maxBytes: 10, maxFiles: 2))
            for (var i = 0; i < 9; i++) Write(writer, $"line {i}");

        Directory.GetFiles(_directory.Path).Length.ShouldBe(3);
        File.ReadAllText(Path).ShouldBe("line 8\n");
        File.ReadAllText(Path + ".1").ShouldBe("line 7\n");
        File.ReadAllText(Path + ".2").ShouldBe("line 6\n");
    }

    [Fact]
    public void A_line_larger_than_the_limit_gets_a_file_of_its_own()
    {
        using (var writer = Open(maxBytes: 10, maxFiles: 3))
        {
            Write(writer, "a");
            Write(writer, new string('b', 50));
            Write(writer, "c");
        }
        File.ReadAllText(Path).ShouldBe("c\n");
        File.ReadAllText(Path + ".1").Length.ShouldBe(51);
    }

    [Fact]
    public void A_half_written_last_line_does_not_swallow_the_next()
    {
        File.WriteAllText(Path, "torn");
        using (var writer = Open()) Write(writer, "whole");
        File.ReadAllText(Path).ShouldBe("torn\nwhole\n");
    }

    [Fact]
    public void A_deleted_file_comes_back()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var writer = Open();
        Advance(1000);
        Write(writer, "one");
        File.Delete(Path);
        Advance(1000);
        Write(writer, "two");
        File.ReadAllText(Path).ShouldBe("two\n");
    }

    [Fact]
    public void A_directory_in_its_place_degrades_and_everything_is_there_once_it_is_gone()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var writer = Open();
        File.Delete(Path);
        Directory.CreateDirectory(Path);
        Advance(1000);
        Write(writer, "one");
        _reports.Last().ShouldNotBeNull().ShouldContain(Path);

        Directory.Delete(Path);
        Advance(1000);
        Advance(1000);
        File.ReadAllText(Path).ShouldBe("one\n");
        _reports.Last().ShouldBeNull();
    }

    [Fact]
    public void A_symbolic_link_in_its_place_is_not_followed_and_lost_lines_are_counted()
    {
        if (!OperatingSystem.IsLinux()) return;
        var target = _directory.Combine("precious");
        File.WriteAllText(target, "precious");
        using var writer = Open();
        File.Delete(Path);
        File.CreateSymbolicLink(Path, target);
        Advance(1000);
        var line = new string('x', 1023);
        for (var i = 0; i < 300; i++) Write(writer, line);

        writer.Lost.ShouldBe(44);
        File.ReadAllText(target).ShouldBe("precious");
        File.Delete(Path);
        Advance(1000);
        Advance(1000);
        File.ReadLines(Path).Count().ShouldBe(257);
        File.ReadLines(Path).Last().ShouldBe("lost 44");
        writer.Lost.ShouldBe(0);
    }

    [Fact]
    public void A_rotated_name_that_cannot_be_replaced_is_reported_and_no_line_is_lost()
    {
        Directory.CreateDirectory(Path + ".1");
        File.WriteAllText(Path + ".1/keep", "");
        using (var writer = Open(maxBytes: 10, maxFiles: 1))
            for (var i = 0; i < 5; i++) Write(writer, $"line {i}");

        _reports.ShouldContain(report => report != null && report.Contains("rotated"));
        File.ReadLines(Path).Count().ShouldBe(5);
    }

    [Fact]
    public void Steady_writing_allocates_nothing()
    {
        using var writer = Open(time: TimeProvider.System);
        var line = Encoding.UTF8.GetBytes(new string('x', 99) + "\n");
        for (var i = 0; i < 2000; i++) writer.Write(line);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) writer.Write(line);
        // Timers of the system clock may cost a few objects for each burst; the lines themselves cost none.
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(10_000);
    }

    private RollingFileWriter Open(long maxBytes = 1 << 20, int maxFiles = 5, TimeProvider? time = null) =>
        RollingFileWriter.Open(
            Path,
            new LogOptions { MaxSizeMb = maxBytes / 1048576.0, MaxFiles = maxFiles },
            time ?? _time,
            lost => Encoding.UTF8.GetBytes($"lost {lost}\n"),
            _reports.Add
        );

    private static void Write(RollingFileWriter writer, string line) => writer.Write(Encoding.UTF8.GetBytes(line + "\n"));

    private void Advance(int milliseconds) => _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
}
