namespace AiwgDaemon.Platform;

/// <summary>Finds a program as execvp(3) does, but in the PATH and from the directory that the child will have.</summary>
internal static partial class ExecutableSearch
{
    private const string DefaultPath = "/usr/local/bin:/usr/bin:/bin";

    /// <summary>The absolute path of the program; null if there is none that may be run.</summary>
    public static string? Find(string program, string? path, string directory) =>
        OperatingSystem.IsWindows() ? FindWindows(program, path, directory) : FindUnix(program, path ?? DefaultPath, directory);

    private static string? FindUnix(string program, string path, string directory)
    {
        if (program.Length == 0) return null;
        if (program.Contains('/')) return Executable(Path.Combine(directory, program));
        foreach (var entry in path.Split(':'))
        {
            // POSIX: an empty entry is the current directory.
            if (Executable(Path.Combine(directory, entry, program)) is { } found) return found;
        }
        return null;
    }

    private static string? Executable(string path) => IsExecutable(path) && !Directory.Exists(path) ? path : null;

    private static string? FindWindows(string program, string? path, string directory)
    {
        if (program.Length == 0) return null;
        var named = program.AsSpan().IndexOfAny('/', '\\', ':') >= 0;
        var places = named ? [directory] : (path ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);
        string[] suffixes = Path.HasExtension(program) ? ["", ".exe"] : [".exe", ".com"];
        foreach (var place in places)
        {
            foreach (var suffix in suffixes)
            {
                var candidate = Path.Combine(directory, place, program + suffix);
                if (File.Exists(candidate)) return candidate;
            }
        }
        return null;
    }
}
