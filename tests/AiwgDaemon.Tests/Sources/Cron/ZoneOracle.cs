using System.Diagnostics;
using System.Globalization;

namespace AiwgDaemon.Tests.Sources.Cron;

/// <summary>
/// What the C library says of a zone, read off zdump(8): the offset at each instant up to the end of 2089. Seconds. It knows nothing of
/// the reader under test.
/// </summary>
internal sealed class ZoneOracle
{
    private const string Program = "/usr/bin/zdump";

    private static readonly string[] Compilers = ["/usr/sbin/zic", "/usr/bin/zic"];

    // (from, offset): each holds up to the next.
    private readonly List<(DateTime At, int Offset)> _changes;

    private ZoneOracle(List<(DateTime, int)> changes) => _changes = changes;

    public static bool IsThere => File.Exists(Program);

    /// <summary>The instants from which another offset holds.</summary>
    public IEnumerable<DateTime> Changes => _changes.Skip(1).Select(c => c.At);

    /// <summary>Of zones by name, or values of TZ, below the directory of zone files.</summary>
    public static Dictionary<string, ZoneOracle> Read(IReadOnlyList<string> zones, string? directory = null)
    {
        var start = new ProcessStartInfo(Program)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            ArgumentList = { "-v", "-c", "1969,2090" },
        };
        foreach (var zone in zones)
            start.ArgumentList.Add(zone);
        if (directory is not null)
            start.Environment["TZDIR"] = directory;
        using var dump = Process.Start(start)!;
        var lines = new Dictionary<string, List<(DateTime, int)>>(StringComparer.Ordinal);
        while (dump.StandardOutput.ReadLine() is { } line)
        {
            // NAME  Sun Mar 14 06:59:59 2027 UT = Sun Mar 14 01:59:59 2027 EST isdst=0 gmtoff=-18000
            var at = line.IndexOf(" UT = ", StringComparison.Ordinal);
            var offset = line.IndexOf("gmtoff=", StringComparison.Ordinal);
            if (at < 0 || offset < 0) continue;
            var words = line[..at].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var time = DateTime.ParseExact(
                string.Join(' ', words[^4..]),
                "MMM d HH:mm:ss yyyy",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal
            );
            var name = string.Join(' ', words[..^5]);
            if (!lines.TryGetValue(name, out var changes)) lines.Add(name, changes = []);
            var seconds = int.Parse(line[(offset + 7)..], CultureInfo.InvariantCulture);
            if (changes.Count == 0) changes.Add((DateTime.MinValue, seconds));
            else if (changes[^1].Item2 != seconds) changes.Add((time, seconds));
        }
        dump.WaitForExit();
        // Of a zone without changes nothing is said about the years; its offset is that of its first line.
        return lines.ToDictionary(l => l.Key, l => new ZoneOracle(l.Value), StringComparer.Ordinal);
    }

    /// <summary>Compiles this machine's time zones in the "slim" or the "fat" form; false if the source or zic is not here.</summary>
    public static bool TryCompile(string form, string directory)
    {
        var source = new[] { "/usr/share/zoneinfo/tzdata.zi", "/usr/share/lib/zoneinfo/tzdata.zi" }.FirstOrDefault(File.Exists);
        var compiler = Compilers.FirstOrDefault(File.Exists);
        if (source is null || compiler is null) return false;
        using var zic = Process.Start(compiler, ["-b", form, "-d", directory, source]);
        zic.WaitForExit();
        return zic.ExitCode == 0;
    }

    public TimeSpan OffsetAt(DateTime instant)
    {
        var i = _changes.BinarySearch((instant, int.MaxValue));
        return TimeSpan.FromSeconds(_changes[i < 0 ? ~i - 1 : i].Offset);
    }
}
