using System.Globalization;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Cron.Zones;

/// <summary>What is wrong with a name that somebody wrote for a zone, and what to write instead. Looks at the disk only if it is
/// wrong.</summary>
internal static class ZoneNames
{
    private const string Example = "an IANA name such as Europe/Berlin";

    /// <summary>Null if it is a zone of this machine, or <c>local</c>. The words read on from the quoted name.</summary>
    /// <param name="nearest">The one of the names that was probably meant, or null.</param>
    public static (string Wrong, string Cure)? Check(string name, ZoneFiles files, Func<string, IEnumerable<string>, string?> nearest)
    {
        if (name == "local") return null;
        var read = files.TryRead(name);
        if (read is { Problem: null }) return null;
        if (read is { Problem: { } problem }) return ("cannot be used", problem);
        var all = All(files);
        if (all.Count == 0) return ("is not known: this machine has no time zone data", "install tzdata, or write UTC or local");
        var plain = name.Trim().Replace(' ', '_');
        if (all.Find(n => n.Equals(plain, StringComparison.OrdinalIgnoreCase)) is { } same)
            return ("is not how the zone is written", $"write {same}");
        if (plain.Equals("local", StringComparison.OrdinalIgnoreCase))
            return ("is not how the local zone is written", "write local");
        if (ZoneAliases.Find(name.Trim()) is { } alias)
            return (alias.What, $"write {alias.Zone}, or the zone of your place");
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            return ("is a number, and not a time zone", $"write {Example}, UTC or local");
        if (Offset(name) is { } hours)
            return ("is an offset, and not a time zone", hours);
        if (name.StartsWith('/') || name.StartsWith(':'))
            return (
                "is a file, and not the name of a time zone",
                $"write {Example}; a file belongs into the variable TZ, with timezone: local"
            );
        if (PosixRuleReader.Read(name, out _) is not null)
            return (
                "is a rule of POSIX, and not a time zone",
                $"write {Example}; a rule belongs into the variable TZ, with timezone: local"
            );
        if (all.Find(n => n.EndsWith("/" + plain, StringComparison.OrdinalIgnoreCase)) is { } city)
            return ("is not a time zone", $"write {city}");
        return ("is not a time zone", nearest(name, all) is { } near ? $"did you mean {near}?" : $"write local, UTC or {Example}");
    }

    /// <summary>The names of all zones of this machine, but for the copies that tzdata makes of them.</summary>
    private static List<string> All(ZoneFiles files)
    {
        if (SystemZones.AreNeeded) return [.. SystemZones.Names];
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 3 };
        return
        [
            .. files.Directories.Where(Directory.Exists)
                .SelectMany(d => Directory.EnumerateFiles(d, "*", options).Select(f => f[(d.Length + 1)..]))
                // Zones begin with a capital; tables and rules have other names.
                .Where(n => char.IsAsciiLetterUpper(n[0]) && !n.Contains('.')).Distinct().Order(StringComparer.Ordinal),
        ];
    }

    // UTC+2, GMT-05:30, +02:00: the zones of whole hours have the sign of POSIX, which few expect.
    private static string? Offset(string name)
    {
        var text = name.Trim();
        if (text.StartsWith("UTC", StringComparison.OrdinalIgnoreCase) || text.StartsWith("GMT", StringComparison.OrdinalIgnoreCase))
            text = text[3..].TrimStart();
        if (text.Length < 2 || text[0] is not ('+' or '-' or '\u2212'))
            return null;
        var parts = text[1..].Split(':');
        if (parts.Length > 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var hours)) return null;
        var minutes = 0;
        if (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out minutes)) return null;
        if (parts.Length == 1 && parts[0].Length == 4) (hours, minutes) = (hours / 100, hours % 100);
        if (minutes != 0 || hours > 14) return $"write the zone of the place, {Example}";
        if (hours == 0) return "write UTC";
        return $"write the zone of the place, {Example}, or Etc/GMT{(text[0] == '+' ? '-' : '+')}{hours}, whose sign is the other way "
            + "round";
    }
}
