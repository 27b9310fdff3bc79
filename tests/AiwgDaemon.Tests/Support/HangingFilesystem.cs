using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Tests.Support;

/// <summary>
/// A FUSE filesystem with one file, <c>f</c>, that answers until it is told to hang, and answers everything once it is told to go on. A
/// test is
/// skipped where it cannot be mounted. At the end the connection is closed, which lets go of whoever waits.
/// </summary>
internal sealed partial class HangingFilesystem : IDisposable
{
    private const int ByForceAndAtOnce = 1 | 2;

    private readonly SafeFileHandle _device;
    private readonly ManualResetEventSlim _answers = new(true);
    private readonly int _descriptor;
    private readonly string _point;
    private int _version = 1, _looks;
    private ulong _number = 2;

    public HangingFilesystem(string point)
    {
        _point = point;
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.UserName == "root" && File.Exists("/dev/fuse"),
            "FUSE can be mounted by root on Linux only"
        );
        try
        {
            _device = File.OpenHandle("/dev/fuse", FileMode.Open, FileAccess.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _device = new SafeFileHandle();
            Assert.Skip($"No FUSE here: {e.Message}");
        }
        _descriptor = (int)_device.DangerousGetHandle();
        Directory.CreateDirectory(point);
        if (Mount("test", point, "fuse", 0, $"fd={_descriptor},rootmode=40000,user_id=0,group_id=0,allow_other") != 0)
        {
            var error = Marshal.GetLastPInvokeErrorMessage();
            _device.Dispose();
            Assert.Skip($"No FUSE can be mounted here: {error}");
        }
        new Thread(Serve) { IsBackground = true, Name = "fuse" }.Start();
    }

    /// <summary>From now on nothing is answered.</summary>
    public void Hang() => _answers.Reset();

    public void GoOn() => _answers.Set();

    /// <summary>The file has another content, as if another machine had written it.</summary>
    public void Change() => Interlocked.Increment(ref _version);

    /// <summary>How often the file was looked up since it got its number.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <summary>The same file has another inode number, as with drivers that make one up when a file has left their cache.</summary>
    public void Renumber()
    {
        Interlocked.Increment(ref _number);
        Volatile.Write(ref _looks, 0);
    }

    public void Dispose()
    {
        _answers.Set();
        _ = Unmount(_point, ByForceAndAtOnce);
        _device.Dispose();
    }

    private void Serve()
    {
        var request = new byte[1 << 17];
        // Until it is unmounted: ENODEV.
        while (Read(_descriptor, ref request[0], (nuint)request.Length) is >= 40 and var length)
        {
            _answers.Wait();
            Answer(request.AsSpan(0, (int)length));
        }
    }

    private void Answer(ReadOnlySpan<byte> request)
    {
        var operation = BinaryPrimitives.ReadInt32LittleEndian(request[4..]);
        var node = BinaryPrimitives.ReadUInt64LittleEndian(request[16..]);
        var body = request[40..];
        byte[]? answer = operation switch
        {
            26 => [.. Words(7, 31, 4096, 0, 16 | (12 << 16), 4096, 1, 1), .. new byte[32]],
            1 => body[0] == 'f' && body[1] == 0 ? Found() : null,
            3 => [.. Longs(0, 0), .. Attributes(node)],
            14 or 27 => new byte[16],
            28 => Entries((int)BinaryPrimitives.ReadInt64LittleEndian(body[8..])),
            15 => BinaryPrimitives.ReadInt64LittleEndian(body[8..]) == 0 ? "x\n"u8.ToArray() : [],
            17 => [.. Longs(1, 1, 1, 1, 1), .. Words(4096, 255, 4096, 0), .. new byte[24]],
            18 or 25 or 29 or 38 => [],
            _ => null,
        };
        // FORGET, INTERRUPT, BATCH_FORGET have no answer.
        if (operation is 2 or 36 or 42) return;
        var error = answer is not null ? 0 : operation == 1 ? -2 : -38;
        var reply = new byte[16 + (answer?.Length ?? 0)];
        BinaryPrimitives.WriteInt32LittleEndian(reply, reply.Length);
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(4), error);
        request.Slice(8, 8).CopyTo(reply.AsSpan(8));
        answer?.CopyTo(reply.AsSpan(16));
        // ENOENT if nobody waits for it any more.
        _ = Write(_descriptor, ref reply[0], (nuint)reply.Length);
    }

    private byte[] Found()
    {
        var number = Volatile.Read(ref _number);
        Interlocked.Increment(ref _looks);
        return [.. Longs(number, 0, 0, 0, 0), .. Attributes(number)];
    }

    private byte[] Attributes(ulong node)
    {
        var version = (ulong)_version;
        return [.. Longs(node, 2, 1, version, version, version), .. Words(0, 0, 0, node == 1 ? 0x41ed : 0x81a4, 1, 0, 0, 0, 4096, 0)];
    }

    private byte[] Entries(int from)
    {
        (ulong Node, int Kind, string Name)[] all = [(1, 4, "."), (1, 4, ".."), (Volatile.Read(ref _number), 8, "f")];
        var entries = new List<byte>();
        for (var i = from; i < all.Length; i++)
        {
            entries.AddRange(Longs(all[i].Node, (ulong)i + 1));
            entries.AddRange(Words(all[i].Name.Length, all[i].Kind));
            entries.AddRange(System.Text.Encoding.ASCII.GetBytes(all[i].Name.PadRight(8, '\0')));
        }
        return [.. entries];
    }

    private static byte[] Longs(params ulong[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static byte[] Words(params int[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, ref byte buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, ref byte buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, nuint flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}
