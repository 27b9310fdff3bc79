using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>
/// What <see cref="ChildProcess.Start"/> needs. Texts may hold escaped bytes (<see cref="NativePath"/>) and arrive byte
/// for byte; a NUL in one of them is refused.
/// </summary>
internal sealed record SpawnOptions
{
    /// <summary>A path, or a name that is looked up in the PATH of <see cref="Environment"/>.</summary>
    public required string Program { get; init; }

    /// <summary>Without the program's own name.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Windows: the arguments are parts of a command line as they stand, for <c>cmd /c</c>, which has quoting rules of its
    /// own.</summary>
    public bool ArgumentsAreRaw { get; init; }

    /// <summary>The whole environment of the child; nothing is added.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Absolute; null keeps that of this process.</summary>
    public string? WorkingDirectory { get; init; }

    public SpawnStream Input { get; init; } = SpawnStream.Null;

    public SpawnStream Output { get; init; } = SpawnStream.Null;

    public SpawnStream Error { get; init; } = SpawnStream.Null;

    /// <summary>Become descriptors 3, 4, … of the child; everything else is closed there. Unix only.</summary>
    public IReadOnlyList<SafeHandle> Inherited { get; init; } = [];

    /// <summary>
    /// Absolute path of a file that must not exist: the child creates it in the instant before the program runs, so its
    /// existence says that the program was started, whatever happens to this process.
    /// </summary>
    public string? MarkerFile { get; init; }
}

/// <summary>What one of the child's standard streams is.</summary>
internal sealed record SpawnStream
{
    private SpawnStream()
    {
    }

    /// <summary>The null device.</summary>
    public static SpawnStream Null { get; } = new();

    /// <summary>A pipe whose other end is in the <see cref="ChildProcess"/>.</summary>
    public static SpawnStream Pipe { get; } = new() { IsPipe = true };

    /// <summary>For standard error: the same as standard output, so that both stay in order.</summary>
    public static SpawnStream SameAsOutput { get; } = new() { IsSameAsOutput = true };

    public bool IsPipe { get; private init; }

    public bool IsSameAsOutput { get; private init; }

    public string? Path { get; private init; }

    public OpenFlags Flags { get; private init; }

    /// <summary>Mode of the file, if it is created.</summary>
    public UnixFileMode Mode { get; private init; }

    public SafeHandle? Handle { get; private init; }

    /// <summary>A file that the child opens. Unix only.</summary>
    public static SpawnStream File(string path, OpenFlags flags, UnixFileMode mode = SecureFile.Private) =>
        new() { Path = path, Flags = flags, Mode = mode };

    /// <summary>An open descriptor; the caller keeps and closes it.</summary>
    public static SpawnStream Existing(SafeHandle handle) => new() { Handle = handle };
}

/// <summary>A program could not be started; the message names it and the cause.</summary>
internal sealed class SpawnException(string message, int errno = 0) : IOException(message)
{
    /// <summary>Error number of the system; 0 if there is none.</summary>
    public int Errno { get; } = errno;
}
