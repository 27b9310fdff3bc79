using System.Text.Json;
using System.Text.Json.Serialization;
using AiwgDaemon.Platform;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// <c>daemon/.lock</c>: held open and locked by the kernel for the daemon's whole life; its content says who holds it. A
/// killed daemon leaves nothing to clean up. Whether one runs is decided here and nowhere else.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    private readonly SafeFileHandle _file;

    private InstanceLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock and writes this process's identity into it; null where another daemon holds it.</summary>
    public static InstanceLock? TryTake(string path)
    {
        while (true)
        {
            var file = SecureFile.Open(path, SecureOpen.ReadWrite);
            if (!FileLock.TryTake(file, path))
            {
                file.Dispose();
                return null;
            }
            // Somebody may have removed or replaced the file between open and lock: then this lock guards nothing.
            if (IsStillNamed(file, path))
            {
                WriteIdentity(file);
                return new InstanceLock(file);
            }
            file.Dispose();
        }
    }

    /// <summary>The daemon that holds the lock, verified to be alive; null where none does.</summary>
    public static ProcessIdentity? FindHolder(string path)
    {
        SafeFileHandle file;
        try
        {
            file = SecureFile.Open(path, SecureOpen.Read);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        using (file)
        {
            if (!FileLock.IsHeld(file, path)) return null;
            var buffer = new byte[512];
            var length = RandomAccess.Read(file, buffer, 0);
            return TryParse(buffer.AsSpan(0, length)) is { } identity && (identity.IsAlive() || identity.IsUnverifiable) ? identity : Unknown;
        }
    }

    /// <summary>Held, but the content does not (yet) name a living process: a daemon in its first instant.</summary>
    public static ProcessIdentity Unknown { get; } = new(0, 0, "");

    /// <summary>True while the locked file is the one that has the name: a removed lock file would let a second daemon start.</summary>
    public bool IsIntact(string path) => IsStillNamed(_file, path);

    public void Dispose()
    {
        // Emptied first, so that what stays behind names no process.
        RandomAccess.SetLength(_file, 0);
        _file.Dispose();
    }

    private static void WriteIdentity(SafeFileHandle file)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(ProcessIdentity.Current, LockJsonContext.Default.ProcessIdentity);
        RandomAccess.SetLength(file, 0);
        RandomAccess.Write(file, [.. content, (byte)'\n'], 0);
    }

    private static ProcessIdentity? TryParse(ReadOnlySpan<byte> content)
    {
        try
        {
            return JsonSerializer.Deserialize(content, LockJsonContext.Default.ProcessIdentity);
        }
        catch (JsonException)
        {
            // Empty or half written: its holder is just starting.
            return null;
        }
    }

    private static bool IsStillNamed(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux()) return File.Exists(path);
        return FileStatus.TryGet((int)file.DangerousGetHandle(), out var held)
            && FileStatus.TryGet(path, out var named)
            && held.IsSameFile(named);
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ProcessIdentity))]
internal sealed partial class LockJsonContext : JsonSerializerContext;
