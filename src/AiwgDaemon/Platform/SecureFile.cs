using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

/// <summary>How <see cref="SecureFile.Open"/> opens a file.</summary>
internal enum SecureOpen
{
    /// <summary>Existing file, for reading.</summary>
    Read,

    /// <summary>Created if absent, every write goes to the end.</summary>
    Append,

    /// <summary>Created if absent, kept, for reading and writing.</summary>
    ReadWrite,

    /// <summary>Created if absent, emptied.</summary>
    Truncate,

    /// <summary>Created; fails if anything has the name already.</summary>
    CreateNew,
}

/// <summary>
/// The only way this program opens files below <c>.aiwg/</c>: never through a symbolic link at the last step, never
/// inherited by a child, with the mode given at creation. Failures are <see cref="IOException"/> or
/// <see cref="UnauthorizedAccessException"/> whose message names the path and the cause.
/// </summary>
internal static partial class SecureFile
{
    /// <summary>0600: for everything below <c>.aiwg/daemon/</c> but state.json and heartbeat.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>0644: for what anyone may read.</summary>
    public const UnixFileMode Shared = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>0700.</summary>
    public const UnixFileMode PrivateDirectory = Private | UnixFileMode.UserExecute;

    private const UnixFileMode SharedDirectory =
        PrivateDirectory | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode Others = WritableByOthers
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const string ProjectFolder = ".aiwg";
    private const string Temporary = ".tmp";

    /// <summary>Opens a regular file; anything else that has the name (link, directory, pipe) is refused.</summary>
    public static SafeFileHandle Open(string path, SecureOpen how, UnixFileMode mode = Private)
    {
        if (how != SecureOpen.Read) MustBeOurs(path);
        return OperatingSystem.IsWindows() ? OpenWindows(path, how) : OpenUnix(path, how, mode);
    }

    /// <summary>
    /// Makes a directory below <c>.aiwg/</c> and what is missing up to that, but never the project itself: one that was removed is not
    /// made anew. No symbolic link is taken for it, and one that is there becomes the owner's alone.
    /// </summary>
    public static void CreateDirectory(string path, UnixFileMode mode = PrivateDirectory)
    {
        MustBeOurs(path);
        var directory = new DirectoryInfo(path);
        if (directory.LinkTarget is not null)
            throw new IOException($"{path} is a symbolic link, which is not followed; remove it, or put a directory in its place");
        if (directory.Exists)
        {
            MakePrivate(directory);
            return;
        }
        var parent = Path.GetDirectoryName(path)!;
        if (Path.GetFileName(parent) == ProjectFolder) CreateProjectFolder(parent);
        else if (new DirectoryInfo(parent) is not { Exists: true, LinkTarget: null }) CreateDirectory(parent, mode);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, mode);
    }

    private static void MakePrivate(DirectoryInfo directory)
    {
        if (OperatingSystem.IsWindows()) return;
        var mode = directory.UnixFileMode;
        if ((mode & Others) == 0) return;
        try
        {
            directory.UnixFileMode = mode & ~Others;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && (mode & WritableByOthers) == 0)
        {
            // A filesystem that gives everything one mode (vfat, some network shares). What others may only read is for 'doctor' to tell.
        }
    }

    // It is the project's: its mode is the umask's, and it may be a link.
    private static void CreateProjectFolder(string path)
    {
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw new DirectoryNotFoundException($"{path} does not exist; was the project moved?");
        CreateSharedDirectory(path);
    }

    /// <summary>Makes a directory and what is missing above it, to be read as the umask says and written by its owner only: a start refuses
    /// a project that others may write.</summary>
    public static void CreateSharedDirectory(string path)
    {
        // It may be a link to a directory.
        if (Directory.Exists(path)) return;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, SharedDirectory);
    }

    /// <summary>Puts on the disk which names the directory holds: a file that was flushed and has no name is lost with the power. Unix;
    /// Windows does it by itself.</summary>
    public static void FlushDirectory(string path)
    {
        if (!OperatingSystem.IsWindows()) FlushDirectoryUnix(path);
        DiskTrace.Note(DiskStep.FlushDirectory, path);
    }

    /// <summary>
    /// Replaces the whole content in one step (temporary file beside it, then rename): a reader sees the old document or
    /// the new one. With <paramref name="flush"/> the content and the name are on the disk on return.
    /// </summary>
    public static void Replace(string path, ReadOnlySpan<byte> content, UnixFileMode mode, bool flush = false)
    {
        using var replacement = new Replacement(path, mode);
        replacement.Write(content);
        replacement.Complete(flush);
    }

    /// <summary>As <see cref="Replace(string, ReadOnlySpan{byte}, UnixFileMode, bool)"/>, for content that is larger than memory should
    /// hold at once.</summary>
    public static void Replace(string path, IEnumerable<ReadOnlyMemory<byte>> pieces, UnixFileMode mode, bool flush = false)
    {
        using var replacement = new Replacement(path, mode);
        foreach (var piece in pieces) replacement.Write(piece.Span);
        replacement.Complete(flush);
    }

    private static void ClearName(string temporary)
    {
        if (Directory.Exists(temporary) && new DirectoryInfo(temporary).LinkTarget is null) SetAside(temporary, "damaged");
        else File.Delete(temporary);
    }

    /// <summary>Removes what writers that were killed left half written in a directory that is ours alone.</summary>
    public static void RemoveTemporary(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory, "*" + Temporary)) File.Delete(file);
    }

    /// <summary>Replaces the content with text in UTF-8 without a mark.</summary>
    public static void Replace(string path, string content, UnixFileMode mode, bool flush = false) =>
        Replace(path, Encoding.UTF8.GetBytes(content), mode, flush);

    /// <summary>The whole file; an <see cref="IOException"/> if it is larger than the limit.</summary>
    public static byte[] ReadAll(string path, int maxBytes = 16 * 1024 * 1024)
    {
        using var handle = Open(path, SecureOpen.Read);
        var length = RandomAccess.GetLength(handle);
        if (length > maxBytes) throw new IOException($"{path} has {length} bytes, more than the {maxBytes} that are read");
        return Read(handle, new byte[length], 0);
    }

    /// <summary>The end of a file that may be of any size.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">How much of it at most.</param>
    /// <param name="isWhole">True if that is all of it.</param>
    public static byte[] ReadEnd(string path, int maxBytes, out bool isWhole)
    {
        using var handle = Open(path, SecureOpen.Read);
        var length = RandomAccess.GetLength(handle);
        isWhole = length <= maxBytes;
        return Read(handle, new byte[Math.Min(length, maxBytes)], Math.Max(0, length - maxBytes));
    }

    // Less than the buffer if the file has become shorter.
    private static byte[] Read(SafeFileHandle handle, byte[] buffer, long offset)
    {
        var read = 0;
        while (read < buffer.Length)
        {
            var n = RandomAccess.Read(handle, buffer.AsSpan(read), offset + read);
            if (n == 0) break;
            read += n;
        }
        return read == buffer.Length ? buffer : buffer[..read];
    }
}
