using System.Globalization;

namespace AiwgDaemon.Platform;

/// <summary>
/// Whether a group has one member only, as where each user has a group of its own and a umask of 002: then what the group may write,
/// nobody else may. The same rule as that of OpenSSH in Debian.
/// </summary>
internal static class PrivateGroup
{
    /// <summary>
    /// True if the group is root's, or nobody but this user is in it. A group of which nothing is known is private if it has the user's
    /// number.
    /// </summary>
    public static bool Is(uint group, uint user) => group == 0 || Is(group, user, Read("/etc/group"), Read("/etc/passwd"));

    /// <summary>The same for the lines of a group file and a user file.</summary>
    public static bool Is(uint group, uint user, IReadOnlyList<string> groups, IReadOnlyList<string> users)
    {
        var (groupText, userText) = (Number(group), Number(user));
        // name:password:uid:gid:…
        var accounts = users.Select(line => line.Split(':')).Where(fields => fields.Length > 3).ToList();
        if (accounts.Exists(fields => fields[3] == groupText && fields[2] != userText)) return false;
        var name = accounts.Find(fields => fields[2] == userText)?[0];
        // name:password:gid:member,member
        var entry = groups.Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length > 3 && fields[2] == groupText);
        if (entry is null) return group == user;
        return entry[3].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).All(member => member == name);
    }

    private static string[] Read(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A root without accounts: the numbers decide.
            return [];
        }
    }

    private static string Number(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
