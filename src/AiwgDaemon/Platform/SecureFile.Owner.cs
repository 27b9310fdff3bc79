using System.Collections.Concurrent;

namespace AiwgDaemon.Platform;

// A daemon finds its files by name. Between two looks at its project the name may have become another directory's, even another
// daemon's: whoever is about to make, replace or remove something asks here first.
internal static partial class SecureFile
{
    private static readonly ConcurrentDictionary<string, Func<bool>> Owned = new(StringComparer.Ordinal);

    /// <summary>
    /// From now on, until the result is disposed, nothing below the directory is made or replaced through this class while
    /// <paramref name="isStill"/> says false: that directory is no longer the one it was.
    /// </summary>
    public static IDisposable Own(string directory, Func<bool> isStill) => new Ownership(directory, isStill);

    /// <summary>False if the path is below a directory that was this process's and is not any more.</summary>
    public static bool IsOurs(string path) => Foreign(path) is null;

    /// <summary>An <see cref="IOException"/> if <see cref="IsOurs"/> is false.</summary>
    public static void MustBeOurs(string path)
    {
        if (Foreign(path) is { } directory)
            throw new IOException($"{directory} is not the directory any more that this daemon was started in; {path} is left alone");
    }

    private static string? Foreign(string path)
    {
        foreach (var (directory, isStill) in Owned)
            if (
                path.Length > directory.Length
                && path[directory.Length] == Path.DirectorySeparatorChar
                && path.StartsWith(directory, StringComparison.Ordinal)
                && !isStill()
            )
                return directory;
        return null;
    }

    private sealed class Ownership : IDisposable
    {
        private readonly KeyValuePair<string, Func<bool>> _entry;

        public Ownership(string directory, Func<bool> isStill)
        {
            _entry = new(directory, isStill);
            Owned[directory] = isStill;
        }

        public void Dispose() => Owned.TryRemove(_entry);
    }
}
