using System.Globalization;
using System.Text.RegularExpressions;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>What the system says of a process at one instant: memory in KiB, counts.</summary>
internal sealed record SoakSample(
    double Seconds,
    long Rss,
    long Pss,
    int Descriptors,
    int Threads,
    double WakeUps,
    int LogFiles,
    long LargestLog
);

/// <summary>Looks at a process from time to time, through /proc.</summary>
internal sealed partial class SoakSamples(int pid, string logDirectory)
{
    private readonly List<SoakSample> _samples = [];
    private Dictionary<string, long> _switches = [];
    private double _last;

    public IReadOnlyList<SoakSample> All => _samples;

    public void Take(double seconds)
    {
        var status = File.ReadAllText($"/proc/{pid}/status");
        var switches = Switches();
        var woken = switches.Sum(s => s.Value - _switches.GetValueOrDefault(s.Key));
        var logs = Directory.GetFiles(logDirectory, "daemon.log*");
        _samples.Add(
            new(
                seconds,
                Number(Rss().Match(status)),
                Number(Pss().Match(File.ReadAllText($"/proc/{pid}/smaps_rollup"))),
                Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length,
                (int)Number(Threads().Match(status)),
                _samples.Count == 0 ? 0 : woken / (seconds - _last),
                logs.Length,
                logs.Max(path => File.Exists(path) ? new FileInfo(path).Length : 0)
            )
        );
        (_switches, _last) = (switches, seconds);
    }

    /// <summary>Median of a figure over the samples of a span of time.</summary>
    public double Median(double from, double to, Func<SoakSample, double> figure)
    {
        var values = _samples.Where(s => s.Seconds >= from && s.Seconds <= to).Select(figure).Order().ToList();
        return values.Count == 0 ? double.NaN : values[values.Count / 2];
    }

    /// <summary>Growth an hour, by least squares over what comes after the warm-up.</summary>
    public double SlopePerHour(double from, Func<SoakSample, double> figure)
    {
        var points = _samples.Where(s => s.Seconds >= from).Select(s => (X: s.Seconds / 3600, Y: figure(s))).ToList();
        if (points.Count < 2) return double.NaN;
        var (x, y) = (points.Average(p => p.X), points.Average(p => p.Y));
        return points.Sum(p => (p.X - x) * (p.Y - y)) / points.Sum(p => (p.X - x) * (p.X - x));
    }

    public IEnumerable<string> Csv() => _samples.Select(s => string.Create(CultureInfo.InvariantCulture,
        $"{s.Seconds:0},{s.Rss},{s.Pss},{s.Descriptors},{s.Threads},{s.WakeUps:0.0},{s.LogFiles},{s.LargestLog}"))
        .Prepend("seconds,rss_kib,pss_kib,descriptors,threads,wake_ups_per_second,log_files,largest_log");

    // Of all threads: that of the process is its first thread's alone.
    private Dictionary<string, long> Switches()
    {
        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var task in Directory.EnumerateDirectories($"/proc/{pid}/task"))
        {
            try
            {
                found[Path.GetFileName(task)] = Number(Voluntary().Match(File.ReadAllText(Path.Combine(task, "status"))));
            }
            catch (IOException)
            {
                // The thread ended meanwhile.
            }
        }
        return found;
    }

    private static long Number(Match match) => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"VmRSS:\s+(\d+)")]
    private static partial Regex Rss();

    [GeneratedRegex(@"Pss:\s+(\d+)")]
    private static partial Regex Pss();

    [GeneratedRegex(@"Threads:\s+(\d+)")]
    private static partial Regex Threads();

    [GeneratedRegex(@"\nvoluntary_ctxt_switches:\s+(\d+)")]
    private static partial Regex Voluntary();
}
