using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Windows;

/// <summary>
/// A temporary project in which the program for Windows is run under Wine. AIWG_WINDOWS_BINARY names the program and AIWG_WINDOWS_CHILD the
/// child of the tests; scripts/test.sh --wine makes both. Whatever runs for the project at the end is killed by its pid.
/// </summary>
internal sealed class WineProject : IDisposable
{
    private static readonly string? Binary = Environment.GetEnvironmentVariable("AIWG_WINDOWS_BINARY");
    private static readonly string? ChildBinary = Environment.GetEnvironmentVariable("AIWG_WINDOWS_CHILD");

    private int _runs;

    public WineProject(string name = "p")
    {
        Assert.SkipWhen(
            string.IsNullOrEmpty(Binary) || string.IsNullOrEmpty(ChildBinary),
            "no program for Windows is named; scripts/test.sh --wine makes one and installs wine"
        );
        Base = Directory.CreateTempSubdirectory("aiwg-wine-").FullName;
        Root = Directory.CreateDirectory(Path.Combine(Base, name)).FullName;
        Directory.CreateDirectory(Path.Combine(Root, "src"));
    }

    /// <summary>As Linux names the project.</summary>
    public string Root { get; }

    public string Base { get; }

    /// <summary>As Windows names the project.</summary>
    public string WindowsRoot => ToWindows(Root);

    public ProjectPaths Paths => new(Root);

    /// <summary>The child of the tests as Windows names it, for a double-quoted word of YAML.</summary>
    public static string ChildInYaml => ToWindows(ChildBinary!).Replace("\\", "\\\\", StringComparison.Ordinal);

    public static string ToWindows(string path) => "Z:" + path.Replace('/', '\\');

    public string Combine(string path) => Path.Combine(Root, path);

    public void Write(string path, string content)
    {
        var full = Combine(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }

    public void Configure(string yaml) => Write(".aiwg/daemon.yaml", yaml);

    public string Read(string path) => File.Exists(Combine(path)) ? File.ReadAllText(Combine(path)) : "";

    public Task<RunResult> Run(params string[] arguments) => RunProgram(Binary!, Root, arguments);

    public Task<RunResult> RunIn(string directory, params string[] arguments) => RunProgram(Binary!, directory, arguments);

    public Task<RunResult> RunChild(params string[] arguments) => RunProgram(ChildBinary!, Root, arguments);

    /// <summary>Starts a daemon that must become ready.</summary>
    public async Task Start() => (await Run("start", "--wait", "60")).ShouldExit(0).Output.ShouldStartWith("Daemon started");

    /// <summary>Runs a command with --json and gives the document.</summary>
    public async Task<JsonElement> Json(params string[] arguments)
    {
        var result = await Run([.. arguments, "--json"]);
        using var document = JsonDocument.Parse(result.Output);
        return document.RootElement.Clone();
    }

    public static async Task Until(Func<string> text, string wanted) =>
        await Eventually.Until(() => text().Contains(wanted, StringComparison.Ordinal), wanted, found: text);

    /// <summary>All events of the journal as text.</summary>
    public string Journal() =>
        Directory.Exists(Paths.Events) ? string.Concat(Directory.GetFiles(Paths.Events, "2*.jsonl").Order().Select(Shared)) : "";

    /// <summary>The processes below this project, as Linux knows them.</summary>
    public static List<int> Processes(string words) =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Select(Path.GetFileName)
                .Where(name => int.TryParse(name, out _))
                .Select(int.Parse!)
                .Where(pid => CommandLine(pid).Contains(words, StringComparison.Ordinal)),
        ];

    public List<int> Daemons() => Processes($"--project{'\0'}{WindowsRoot}\0");

    public static async Task Kill(IEnumerable<int> pids)
    {
        foreach (var pid in pids)
        {
            if (ProcessIdentity.Of(pid) is not { } identity) continue;
            using var handle = ProcessHandle.Open(identity);
            handle?.Send(ProcessSignal.Kill);
            await Task.Run(() => handle?.WaitForExit(Eventually.Limit));
        }
    }

    public void Dispose()
    {
        Kill(Daemons()).GetAwaiter().GetResult();
        Directory.Delete(Base, recursive: true);
    }

    // Files and no pipes: a process that Wine starts keeps its parent's standard error.
    private async Task<RunResult> RunProgram(string program, string directory, string[] arguments)
    {
        var name = Path.Combine(Base, $"run-{Interlocked.Increment(ref _runs)}");
        var start = new ProcessStartInfo(
            "/bin/sh",
            ["-c", "out=$1; shift; exec wine \"$@\" > \"$out.out\" 2> \"$out.err\" < /dev/null", "sh", name, program, .. arguments]
        )
        {
            UseShellExecute = false,
            WorkingDirectory = directory,
        };
        start.Environment.Remove("AIWG_PROJECT");
        start.Environment["WINEDEBUG"] = "-all";
        start.Environment["AIWG_WEBHOOK_SECRET"] = Loopback.Secret;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill();
            throw new TimeoutException($"'{string.Join(' ', arguments)}' took longer than 90 s: {Shared(name + ".out")}", e);
        }
        return new(string.Join(' ', arguments), process.ExitCode, Shared(name + ".out").ReplaceLineEndings("\n"), Error(name));
    }

    // What Wine says of itself is not the program's.
    private static string Error(string name) =>
        string.Join(
            '\n',
            Shared(name + ".err").ReplaceLineEndings("\n").Split('\n').Where(l => !l.StartsWith("wine: ", StringComparison.Ordinal))
        ).TrimEnd();

    private static string Shared(string path) => File.Exists(path) ? File.ReadAllText(path) : "";

    private static string CommandLine(int pid)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is nobody's business.
            return "";
        }
    }
}
