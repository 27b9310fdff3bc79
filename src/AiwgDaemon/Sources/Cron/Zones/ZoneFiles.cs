using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Cron.Zones;

/// <summary>
/// Where the time zones of this machine are: named ones below <c>TZDIR</c> or the usual directories, the local one by <c>TZ</c> or
/// <c>/etc/localtime</c>, found and read as the C library does (tzset(3)), so that <c>date</c> and the daemon agree. What a link is
/// called does not matter, what the file says does. Nothing is kept: each call reads the file.
/// </summary>
/// <param name="variable">The value of TZ; null if it is not set.</param>
/// <param name="directories">Where named zones are, the first one that has a name wins.</param>
/// <param name="localtime">The file of the local zone if TZ is not set.</param>
internal sealed class ZoneFiles(Func<string?> variable, IReadOnlyList<string> directories, string localtime)
{
    private const string Localtime = "/etc/localtime";
    private const string DefaultRules = "posixrules";

    // The largest of tzdata has 4 KB.
    private const int MostBytes = 1 << 18;

    private static readonly string[] Usual = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"];

    /// <summary>Those of the machine and of this process's environment.</summary>
    public static ZoneFiles System { get; } = new(
        () => Environment.GetEnvironmentVariable("TZ"),
        Environment.GetEnvironmentVariable("TZDIR") is { Length: > 0 } own ? [own] : Usual,
        Localtime);

    public IReadOnlyList<string> Directories => directories;

    /// <summary>The zone of a name; the local one for null.</summary>
    public ZoneRead Read(string? name) =>
        name is null
            ? ReadLocal()
            : TryRead(name)
                ?? Fallback(
                    $"{directories[0]}/{name}",
                    $"the time zone {name} is not known on this machine any more: install tzdata, or write another name"
                );

    /// <summary>What the local zone is called, if its file or TZ says so; else null. UTC if it cannot be read.</summary>
    public string? LocalName()
    {
        if (Read(null).Problem is not null) return Zone.Utc.Name;
        if (SystemZones.AreNeeded) return SystemZones.Local;
        if (variable() is { } value) return Plain(value) is { Length: > 0 } name && !Path.IsPathRooted(name) ? name : null;
        var target = File.ResolveLinkTarget(localtime, returnFinalTarget: true)?.FullName;
        if (target is null || IsMountPoint(target)) return null;
        var directory = directories.FirstOrDefault(d => target.StartsWith(d + "/", StringComparison.Ordinal));
        return directory is null ? null : target[(directory.Length + 1)..];
    }

    private ZoneRead ReadLocal()
    {
        if (SystemZones.AreNeeded)
            return TryRead(SystemZones.Local) ?? Fallback(null, "the local time zone is not known to .NET; UTC is used");
        if (variable() is not { } value)
            return ReadFile(localtime, "local") ?? new(Zone.Utc, localtime, null, null);
        var name = Plain(value);
        if (name.Length == 0) return new(Zone.Utc, null, null, null);
        // A file of that name comes first: EST5EDT is one.
        if ((Path.IsPathRooted(name) ? ReadFile(name, name) : TryRead(name)) is { } read) return read;
        var rule = PosixRuleReader.Read(name, out var hasDates);
        if (rule is null)
            return Fallback(
                null,
                $"TZ={value} is neither a zone of this machine, nor a file, nor a rule such as CET-1CEST,M3.5.0,M10.5.0/3; UTC is used"
            );
        return new(
            hasDates || DefaultZone(name, rule) is not { } borrowed ? new Zone(name, rule.Standard, [], rule) : borrowed,
            null,
            null,
            null
        );
    }

    /// <summary>The zone of a name; null if nothing has the name.</summary>
    public ZoneRead? TryRead(string name)
    {
        if (SystemZones.AreNeeded) return ReadSystem(name);
        if (name.Length == 0 || name[0] is '/' or '.' || name.Contains("..", StringComparison.Ordinal) || name.Contains('\0')) return null;
        foreach (var directory in directories)
            if (ReadFile($"{directory}/{name}", name) is { } read) return read;
        // A machine without tzdata has this one all the same.
        return name is "UTC" or "Etc/UTC" ? new(Zone.Utc, null, null, null) : null;
    }

    private static ZoneRead? ReadFile(string path, string name)
    {
        var mark = default(FileStatusMark);
        try
        {
            // A directory is no zone: "America".
            if (!FileStatusMark.TryGet(Encoding.UTF8.GetBytes(path + '\0'), follow: true, out mark) || mark.Kind == FileKind.Directory)
                return null;
            var content = ForeignFile.ReadAll(path, MostBytes, Links.Followed);
            return TzifReader.Read(content, name, out var fault) is { } zone
                ? new(zone, path, content, null, mark)
                : Fallback(path, $"{path} {fault}; install tzdata anew, or replace the file", mark);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fallback(path, $"{e.Message}; a time zone file must be a readable regular file", mark);
        }
    }

    private static ZoneRead? ReadSystem(string name)
    {
        if (name == "UTC")
            return new(Zone.Utc, null, null, null);
        if (SystemZones.Changes(name) is not { } changes)
            return null;
        return new(
            new Zone(name, changes[0].Offset, [.. changes.Skip(1).Select(c => new ZoneChange(c.At, c.Offset))], null),
            null,
            null,
            null
        );
    }

    /// <summary>
    /// A summer time without dates, CET-1CEST: glibc takes those of the file posixrules, and moves its starts by the difference of the
    /// standard times and its ends by the offset of the summer time. Wrong as that is, <c>date</c> says the same. Null if there is no such
    /// file.
    /// </summary>
    private Zone? DefaultZone(string name, PosixRule rule)
    {
        if (TryRead(DefaultRules) is not { Problem: null, Zone: var file }) return null;
        var changes = new List<ZoneChange>();
        var end = new DateTime(2037, 12, 31).Ticks;
        for (var span = file.At(new DateTime(1967, 1, 1).Ticks); span.To < end;)
        {
            var next = file.At(span.To);
            var starts = next.Offset > span.Offset;
            changes.Add(new(span.To + (starts ? rule.Standard - span.Offset : rule.Summer), starts ? rule.Summer : rule.Standard));
            span = next;
        }
        changes.Sort(static (a, b) => a.At.CompareTo(b.At));
        return new Zone(name, rule.Standard, changes, rule);
    }

    private static ZoneRead Fallback(string? path, string problem, FileStatusMark mark = default) =>
        new(Zone.Utc, path, null, problem, mark);

    private static string Plain(string value) => value.StartsWith(':') ? value[1..] : value;

    // What is mounted over the file has a name that it does not have.
    private static bool IsMountPoint(string path)
    {
        using var table = new MountTable();
        return table.Mounts.Any(m => m.Point == path);
    }
}
