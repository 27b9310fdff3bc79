using System.Diagnostics;
using System.Globalization;
using System.Text;
using AiwgDaemon.EndToEnd.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>Files of 10 MB that were made to hurt: the native program says one thing about each, soon, with little memory.</summary>
public sealed class HostileConfigurationTests : IDisposable
{
    private const int Size = (10 * 1024 * 1024) - 1;
    private const int MostKib = 100 * 1024;

    // Of processor time: how long that takes is the machine's affair. A slow one needs a second for 10 MB, and what grows with the square
    // minutes.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    private readonly TestProject _project = new();

    public static TheoryData<string, string, string> Repeated =>
        new()
        {
            { "", "\t", "" },
            { "", "- a\n", "" },
            { "", "  - - a\n", "" },
            { "", "{", "" },
            { "", "{\n", "" },
            { "", "[\n", "" },
            { "x-a: &a [", "*a,", "" },
            { "x-a: &a [a]\nx-b: [", "*a,\n", "" },
            { "x-a: ", "a", "" },
            { "x-a: |\n", "  abc\n", "" },
            { "x-a: a\n", "  a\n", "" },
            { "", "a", "" },
            { "", "a\n", "" },
            { "", "#\n", "" },
            { "", "\0", "" },
            { "", "\r\n", "" },
            { "", "\n", "" },
            { "", "---\n", "" },
            { "watch:\n  ignore:\n", "    - *abcd\n", "" },
            { "watch:\n  ignore:\n", "    - {{a}}\n", "" },
            { "actions:\n  a:\n    type: notify\n    message: |\n", "      {{event.x}}\n", "" },
            { "", "a: 1\n---\n", "" },
            { "", "x-a: 1\n", "" },
            { "", "- !a b\n", "" },
            { "", "? ", "" },
            { "", "{\"a\":", "" },
            { "{\"x-a\": [", "[],\n", "" },
            { "{\"x-a\": \"", "\\u0041", "\"}" },
        };

    public void Dispose() => _project.Dispose();

    [Theory]
    [MemberData(nameof(Repeated))]
    public async Task A_large_file_of_one_thing_over_and_over(string head, string body, string tail) =>
        await JudgeAsync(
            head + string.Concat(Enumerable.Repeat(body, (Size - head.Length - tail.Length) / body.Length)) + tail,
            new UTF8Encoding()
        );

    [Theory]
    [InlineData("names of no action")]
    [InlineData("endpoints")]
    [InlineData("roots")]
    public async Task Eight_thousand_rules_about_eight_thousand_things(string kind)
    {
        var random = new Random(7);
        string Word() => string.Concat(Enumerable.Range(0, 12).Select(_ => (char)('a' + random.Next(26))));
        string Lines(Func<int, string> line) => string.Concat(Enumerable.Range(0, 8000).Select(i => line(i) + "\n"));
        var things = kind switch
        {
            "endpoints" => "webhook:\n  endpoints:\n" + Lines(i => $"    - /e{i}"),
            "roots" => "watch:\n  paths:\n" + Lines(i => $"    - d{i}"),
            _ => "actions:\n" + Lines(_ => $"  {Word()}: {{type: shell, command: ls}}"),
        };
        await JudgeAsync(
            things
                + "rules:\n"
                + Lines(i =>
                    kind switch
                    {
                        "endpoints" => $"  - {{id: r{i}, event: {{source: webhook, endpoint: /e{i}}}, action: doctor}}",
                        "roots" => $"  - {{id: r{i}, event: {{source: watch, path_pattern: d{i}/**}}, action: doctor}}",
                        _ => $"  - {{id: r{i}, event: {{source: manual}}, action: {Word()}}}",
                    }
                ),
            new UTF8Encoding()
        );
    }

    [Fact]
    public async Task A_large_file_in_UTF_16() =>
        await JudgeAsync("\uFEFF" + string.Concat(Enumerable.Repeat("- a\n", Size / 10)), Encoding.Unicode);

    [Fact]
    public async Task A_large_file_in_UTF_16_without_a_mark() =>
        await JudgeAsync(string.Concat(Enumerable.Repeat("- a\n", Size / 10)), Encoding.Unicode);

    [Fact]
    public async Task A_hundred_thousand_levels() =>
        await JudgeAsync("watch: " + new string('[', 100_000) + new string(']', 100_000), new UTF8Encoding());

    private async Task JudgeAsync(string content, Encoding encoding)
    {
        _project.WriteFile(".aiwg/daemon.yaml", "");
        await File.WriteAllBytesAsync(
            _project.Combine(".aiwg", "daemon.yaml"),
            encoding.GetBytes(content),
            TestContext.Current.CancellationToken
        );
        using var process = Process.Start(_project.StartOf(DaemonBinary.Path, "config", "validate"))!;
        process.StandardInput.Close();
        var use = UseUntilEnd(process);
        var (output, error) = (
            process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
        );
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var said = await output + await error;
        process.ExitCode.ShouldBeOneOf([0, 5], said);
        said.Length.ShouldBeInRange(1, 60_000);
        if (!OperatingSystem.IsLinux())
            return;
        var (kib, time) = await use;
        time.ShouldBeLessThan(Longest, said[..Math.Min(said.Length, 300)]);
        kib.ShouldBeLessThan(MostKib, $"KiB of memory; it said {said[..Math.Min(said.Length, 300)]}");
    }

    // Both only rise, so the last look before the end is as good as one at the end, nearly.
    private static Task<(long Kib, TimeSpan Processor)> UseUntilEnd(Process process) =>
        Task.Factory.StartNew(
            () =>
            {
                var (kib, ticks) = (0L, 0L);
                for (; OperatingSystem.IsLinux() && !process.HasExited; Thread.Sleep(1))
                {
                    if (
                        Array.Find(Read(process.Id, "status").Split('\n'), l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) is
                        { } line
                    )
                        kib = Number(line.Split(' ', '\t')[^2]);
                    // Behind the name, which may hold anything: user and system time, in hundredths of a second.
                    if (Read(process.Id, "stat") is { Length: > 0 } stat && stat[(stat.LastIndexOf(')') + 2)..].Split(' ') is var fields)
                        ticks = Number(fields[11]) + Number(fields[12]);
                }
                return (kib, TimeSpan.FromMilliseconds(ticks * 10));
            },
            TaskCreationOptions.LongRunning
        );

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (IOException)
        {
            // Ended meanwhile.
            return "";
        }
    }
}
