using System.Text.Json;
using System.Text.Json.Serialization;
using AiwgDaemon.Platform;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// What the lock file says about its holder: for finding it, never as a proof. <see cref="Descriptor"/> is the holder's descriptor of the
/// file, and <see cref="Namespace"/> the inode of its process namespace, in which alone the pid means something; -1 and 0 if not said.
/// </summary>
internal sealed record LockContent(int Pid, long StartTime, string? BootId, int Descriptor = -1, ulong Namespace = 0)
{
    private const int MostBytes = 512;

    [JsonIgnore]
    public ProcessIdentity Identity => new(Pid, StartTime, BootId ?? "");

    /// <summary>True if the pid is a number of another process namespace, as of a container.</summary>
    [JsonIgnore]
    public bool IsElsewhere => Namespace != 0 && OwnNamespace() is > 0 and var own && own != Namespace;

    public static LockContent OfThisProcess(SafeFileHandle file)
    {
        var (pid, start, boot) = ProcessIdentity.Current;
        return new(pid, start, boot, (int)file.DangerousGetHandle(), OwnNamespace());
    }

    /// <summary>Null if the file is empty, half written or no such document.</summary>
    public static LockContent? Read(SafeFileHandle file)
    {
        var buffer = new byte[MostBytes];
        var length = RandomAccess.Read(file, buffer, 0);
        try
        {
            return JsonSerializer.Deserialize(buffer.AsSpan(0, length), LockJsonContext.Default.LockContent);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Write(SafeFileHandle file)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(this, LockJsonContext.Default.LockContent);
        RandomAccess.SetLength(file, 0);
        RandomAccess.Write(file, [.. content, (byte)'\n'], 0);
    }

    private static ulong OwnNamespace() =>
        OperatingSystem.IsLinux() && FileStatus.TryGet("/proc/self/ns/pid", out var status, follow: true) ? status.Inode : 0;
}

[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LockContent))]
internal sealed partial class LockJsonContext : JsonSerializerContext;
