using System.Diagnostics;
using System.Text;
using AiwgDaemon.Config;
using CsCheck;

namespace AiwgDaemon.Tests.Config;

/// <summary>
/// Files that nobody would write: mutations of real ones and random YAML. Reading one must end, quickly, with a
/// configuration or with errors. AIWG_FUZZ_SECONDS runs it for longer (scripts/fuzz-config.sh).
/// </summary>
public sealed class FuzzTests
{
    private const int Files = 20_000;

    // A file is read in well under a millisecond; a second means that something grows faster than the file.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private const long MostBytes = 100L * 1024 * 1024;

    private static readonly byte[][] Seeds =
    [
        Encoding.UTF8.GetBytes(DefaultConfiguration.Json),
        Encoding.UTF8.GetBytes(ConfigTemplate.Yaml()),
        .. BrokenConfiguration.All().Concat(StuckConfiguration.All()).Select(b => b.Content),
    ];

    private static readonly byte[][] Tokens =
    [
        .. (
            (string[])
                [
                    "{",
                    "}",
                    "[",
                    "]",
                    ": ",
                    "- ",
                    "\n",
                    "\n  ",
                    "\t",
                    "\"",
                    "'",
                    "&a ",
                    "*a",
                    "<<: *a",
                    "!!str ",
                    "!x ",
                    "? ",
                    "| ",
                    ">-\n",
                    "%",
                    "---\n",
                    "...\n",
                    "# ",
                    "null",
                    "true",
                    "1e9",
                    "0x1",
                    "-1",
                    ".inf",
                    "\\u0000",
                    "\r",
                    "\r\n",
                    "\uFEFF",
                    "\u2028",
                    "é",
                    "{{event.payload.x}}",
                    "watch:",
                    "rules:",
                    "actions:",
                    "enabled: ",
                    "path: ",
                    "src/**/[a-",
                    "*/5 * * * *",
                ]
        ).Select(Encoding.UTF8.GetBytes),
        [0],
        [0xff],
        [0xc3],
        [0xed, 0xa0, 0x80],
    ];

    private static readonly Gen<Func<byte[], byte[]>> Mutation = Gen.Select(
            Gen.Int[0, 5],
            Gen.Double[0, 1],
            Gen.Double[0, 1],
            Gen.Int[0, 200],
            Gen.Int[0, 10_000]
        )
        .Select(
            (kind, from, to, count, pick) =>
                new Func<byte[], byte[]>(bytes => Mutate(bytes, kind, (int)(from * bytes.Length), (int)(to * bytes.Length), count, pick))
        );

    private static readonly Gen<byte[]> Mutated = Gen.Select(Gen.Int[0, Seeds.Length - 1], Mutation.Array[1, 8]).Select(
        (seed, mutations) => mutations.Aggregate(Seeds[seed], (bytes, mutate) => bytes.Length > 1_000_000 ? bytes : mutate(bytes)));

    private static readonly Gen<byte[]> Random = Gen.Int[0, Tokens.Length - 1]
        .Array[0, 400]
        .Select(picks => picks.SelectMany(p => Tokens[p]).ToArray());

    private static readonly Gen<byte[]> File = Gen.Frequency((8, Mutated), (2, Random));

    [Fact]
    public void No_file_makes_the_loader_crash_hang_or_grow()
    {
        var seconds = Environment.GetEnvironmentVariable("AIWG_FUZZ_SECONDS");
        if (seconds is null) File.Sample(Read, iter: Files, threads: 1);
        else File.Sample(Read, time: int.Parse(seconds), threads: Environment.ProcessorCount);
    }

    private static void Read(byte[] file)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var (result, elapsed) = Load(file);
        // All that was allocated is more than what was ever alive.
        (GC.GetAllocatedBytesForCurrentThread() - allocated).ShouldBeLessThan(MostBytes);
        // A busy machine may hold up anything once; what really takes long does so again.
        for (var again = 0; elapsed > Longest && again < 3; again++) (_, elapsed) = Load(file);
        elapsed.ShouldBeLessThan(Longest);
        (result.Configuration is null).ShouldBe(result.Errors.Count > 0);
        foreach (var error in result.Errors.Concat(result.Warnings))
        {
            var line = error.ToString();
            line.Length.ShouldBeLessThan(2000, line);
            line.ShouldNotContain("\n");
        }
        if (result.Configuration is { } configuration) ConfigDifference.Describe(configuration, configuration).ShouldBeEmpty();
    }

    private static (ConfigResult Result, TimeSpan Elapsed) Load(byte[] file)
    {
        var clock = Stopwatch.StartNew();
        return (ConfigLoader.Load(file, "daemon.yaml", _ => null), clock.Elapsed);
    }

    private static byte[] Mutate(byte[] bytes, int kind, int from, int to, int count, int pick)
    {
        if (from > to) (from, to) = (to, from);
        var token = Tokens[pick % Tokens.Length];
        return kind switch
        {
            0 => [.. bytes[..from], .. bytes[Math.Min(bytes.Length, from + count)..]],
            1 => [.. bytes[..from], .. token, .. bytes[from..]],
            2 => [.. bytes[..from], .. Enumerable.Repeat(token, count).SelectMany(t => t), .. bytes[from..]],
            3 => [.. bytes[..from], .. bytes[from..to], .. bytes[from..]],
            4 => [.. bytes[..from], (byte)pick, .. bytes[Math.Min(bytes.Length, from + 1)..]],
            _ => [.. bytes[..from], .. Seeds[pick % Seeds.Length], .. bytes[to..]],
        };
    }
}
