using System.Buffers.Text;
using System.Globalization;
using System.Text;
using AiwgDaemon.Logging;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Logging;

/// <summary>
/// Very many lines from eight threads over many rotations, with an archive that keeps what is dropped. AIWG_LOG_LINES says how
/// many; <c>scripts/torture.sh --log-lines</c> runs ten million.
/// </summary>
public sealed class ManyLinesTests(ITestOutputHelper output) : IDisposable
{
    private const int Threads = 8, MaxSize = 1024 * 1024, MaxFiles = 3, LongestLine = 120;

    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _archive = [];
    private int _mostFiles;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Each_line_is_there_once_and_whole_and_the_files_keep_within_their_limits()
    {
        var lines = int.Parse(Environment.GetEnvironmentVariable("AIWG_LOG_LINES") ?? "200000", CultureInfo.InvariantCulture) / Threads;
        var path = Directory.CreateDirectory(_directory.Combine("log")).FullName + "/daemon.log";
        Directory.CreateDirectory(_directory.Combine("archive"));
        var options = new LogOptions { MaxSizeMb = MaxSize / 1048576.0, MaxFiles = MaxFiles };
        var lost = 0L;
        var time = System.Diagnostics.Stopwatch.StartNew();
        using (
            var writer = RollingFileWriter.Open(
                path,
                options,
                TimeProvider.System,
                n =>
                {
                    lost += n;
                    return "lost\n"u8.ToArray();
                },
                _ => { },
                Keep
            )
        )
            await Task.WhenAll(
                Enumerable
                    .Range(0, Threads)
                    .Select(thread => Task.Factory.StartNew(() => WriteLines(writer, thread, lines), TaskCreationOptions.LongRunning))
            );
        output.WriteLine(
            $"{lines * Threads} lines in {time.Elapsed.TotalSeconds:0.0} s, {_archive.Count} rotations, at most {_mostFiles} files at once"
        );

        lost.ShouldBe(0);
        _mostFiles.ShouldBeLessThanOrEqualTo(MaxFiles + 1);
        var next = new int[Threads];
        foreach (var file in _archive.Append(path)) Check(file, next);
        next.ShouldAllBe(count => count == lines);
    }

    private static void WriteLines(RollingFileWriter writer, int thread, int lines)
    {
        Span<byte> line = stackalloc byte[LongestLine];
        for (var i = 0; i < lines; i++) writer.Write(line[..Format(line, thread, i)]);
    }

    // "thread number xxx…": how many there are follows from the number, so that a torn line shows.
    private static int Format(Span<byte> line, int thread, int number)
    {
        line[0] = (byte)('0' + thread);
        line[1] = (byte)' ';
        Utf8Formatter.TryFormat(number, line[2..], out var digits);
        var end = 3 + digits + (number % 97);
        line[(2 + digits)..end].Fill((byte)'x');
        line[2 + digits] = (byte)' ';
        line[end] = (byte)'\n';
        return end + 1;
    }

    // Under the writer's lock, right after a rotation: no file is being written.
    private void Keep(string rotated)
    {
        _mostFiles = Math.Max(_mostFiles, Directory.GetFiles(Path.GetDirectoryName(rotated)!).Length + 1);
        var copy = _directory.Combine("archive", $"{_archive.Count}");
        File.Copy(rotated, copy);
        _archive.Add(copy);
    }

    // In the order of rotation each thread's lines are in the order in which it wrote them.
    private static void Check(string file, int[] next)
    {
        var content = File.ReadAllBytes(file).AsSpan();
        content.Length.ShouldBeLessThanOrEqualTo(MaxSize + LongestLine);
        Span<byte> expected = stackalloc byte[LongestLine];
        while (!content.IsEmpty)
        {
            var thread = content[0] - '0';
            if (thread is < 0 or >= Threads) throw new FormatException($"{file}: a line begins with '{(char)content[0]}'");
            var length = Format(expected, thread, next[thread]);
            if (!content.StartsWith(expected[..length]))
                throw new FormatException(
                    $"{file}: expected line {next[thread]} of thread {thread}, found: "
                        + $"{Encoding.UTF8.GetString(content[..Math.Min(content.Length, LongestLine)])}"
                );
            next[thread]++;
            content = content[length..];
        }
    }
}
