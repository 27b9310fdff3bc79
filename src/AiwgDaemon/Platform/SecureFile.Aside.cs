using System.Globalization;

namespace AiwgDaemon.Platform;

// What cannot be used is not deleted: it gets another name beside it, so that somebody can look at it, and its own name is free.
internal static partial class SecureFile
{
    /// <summary>How many of one file are kept; the oldest goes when another comes.</summary>
    public const int KeptAside = 5;

    /// <summary>As <see cref="SetAside"/> for what cannot be read; never throws, and says in words for health what became of it.</summary>
    public static string SetAsideDamaged(string path)
    {
        try
        {
            return $"what was there is kept in {SetAside(path, "damaged")}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"it cannot be set aside either ({e.Message}): remove it";
        }
    }

    /// <summary>
    /// Renames whatever has the name, a link or a directory too, to <c>NAME.WORD-N</c>, and returns that path. Numbered, because a clock
    /// that is set would make a time no order. A link is renamed and never followed. Throws as
    /// <see cref="Replace(string, ReadOnlySpan{byte}, UnixFileMode, bool)"/>.
    /// </summary>
    public static string SetAside(string path, string word)
    {
        MustBeOurs(path);
        var prefix = $"{path}.{word}-";
        var numbers = new SortedSet<int>();
        foreach (var entry in Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(path)!, Path.GetFileName(prefix) + "*"))
            if (int.TryParse(entry.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                numbers.Add(number);
        var aside = prefix + (numbers.Max + 1).ToString(CultureInfo.InvariantCulture);
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null) Directory.Move(path, aside);
        else File.Move(path, aside);
        while (numbers.Count >= KeptAside)
        {
            var oldest = prefix + numbers.Min.ToString(CultureInfo.InvariantCulture);
            // A directory is nothing that this program has made: it stays.
            if (!Directory.Exists(oldest)) File.Delete(oldest);
            numbers.Remove(numbers.Min);
        }
        return aside;
    }

    /// <summary>True if something has the name that is not a regular file: a link, a directory, a pipe, a device.</summary>
    public static bool IsMisplaced(string path)
    {
        if (OperatingSystem.IsLinux()) return FileStatus.TryGet(path, out var status) && status.Kind != FileKind.Regular;
        return Directory.Exists(path) || new FileInfo(path).LinkTarget is not null;
    }
}
