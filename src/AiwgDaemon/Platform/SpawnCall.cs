using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>
/// One call of posix_spawn(3): the file actions in the order in which the child does them, the arguments and the
/// environment as native strings. Unix only.
/// </summary>
internal sealed unsafe partial class SpawnCall : IDisposable
{
    // Larger than either structure anywhere: 80 and 336 bytes in glibc, pointers on macOS.
    private const int OpaqueSize = 512;
    private const short SetSignalDefaults = 0x04, SetSignalMask = 0x08;
    private const short CloseByDefaultMacOS = 0x4000;
    private const int FirstFreeDescriptor = 3;

    private readonly byte* _actions = (byte*)NativeMemory.AllocZeroed(OpaqueSize);
    private readonly byte* _attributes = (byte*)NativeMemory.AllocZeroed(OpaqueSize);
    private readonly SpawnStrings _arguments;
    private readonly SpawnStrings _environment;
    private readonly byte[] _program;
    private int _passed = FirstFreeDescriptor;

    public SpawnCall(string program, SpawnOptions options)
    {
        _program = SpawnStrings.Encode(program);
        _arguments = SpawnStrings.Of(options.Program, options.Arguments);
        _environment = SpawnStrings.Of(options.Environment);
        Check(ActionsInit(_actions));
        Check(AttributesInit(_attributes));
    }

    private static short SetSession => (short)(OperatingSystem.IsMacOS() ? 0x400 : 0x80);

    public void ChangeDirectory(string path)
    {
        fixed (byte* native = SpawnStrings.Encode(path)) Check(AddChangeDirectory(_actions, native));
    }

    public void Open(int target, string path, OpenFlags flags, uint mode)
    {
        fixed (byte* native = SpawnStrings.Encode(path)) Check(AddOpen(_actions, target, native, Libc.Native(flags), mode));
    }

    public void Duplicate(SafeHandle handle, int target) => Duplicate((int)handle.DangerousGetHandle(), target);

    public void Duplicate(int from, int target) => Check(AddDuplicate(_actions, from, target));

    /// <summary>Descriptors 3, 4, … of the child.</summary>
    public void PassDescriptors(IReadOnlyList<SafeHandle> handles)
    {
        foreach (var handle in handles) Duplicate(handle, _passed++);
    }

    /// <summary>After all that may fail, and before <see cref="CloseOthers"/>: until it is there, the child holds what locks this process
    /// holds.</summary>
    public void CreateMarker(string path)
    {
        Open(_passed, path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, (uint)SecureFile.Private);
        Check(AddClose(_actions, _passed));
    }

    /// <summary>Whatever else this process has open, or was started with, is closed in the child. The last file action; elsewhere than on
    /// Linux a flag does it.</summary>
    public void CloseOthers()
    {
        if (OperatingSystem.IsLinux()) Check(AddCloseFrom(_actions, _passed));
    }

    public (int Errno, int Pid) Run()
    {
        var signals = stackalloc byte[128];
        Unsafe.InitBlock(signals, 0, 128);
        Check(AttributesSetMask(_attributes, signals));
        _ = FillSignalSet(signals);
        Check(AttributesSetDefaults(_attributes, signals));
        var flags = (short)(SetSession | SetSignalDefaults | SetSignalMask);
        if (OperatingSystem.IsMacOS()) flags |= CloseByDefaultMacOS;
        Check(AttributesSetFlags(_attributes, flags));
        var pid = 0;
        fixed (byte* program = _program)
            return (PosixSpawn(&pid, program, _actions, _attributes, _arguments.Pointers, _environment.Pointers), pid);
    }

    public void Dispose()
    {
        _ = ActionsDestroy(_actions);
        _ = AttributesDestroy(_attributes);
        NativeMemory.Free(_actions);
        NativeMemory.Free(_attributes);
        _arguments.Dispose();
        _environment.Dispose();
    }

    private static void Check(int errno)
    {
        if (errno != 0) throw new SpawnException($"A process cannot be prepared: {Marshal.GetPInvokeErrorMessage(errno)}", errno);
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    private static partial int PosixSpawn(int* pid, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int ActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int ActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen")]
    private static partial int AddOpen(byte* actions, int descriptor, byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(byte* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclose")]
    private static partial int AddClose(byte* actions, int descriptor);

    // glibc 2.34.
    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    private static partial int AddCloseFrom(byte* actions, int from);

    // glibc 2.29, macOS 10.15.
    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    private static partial int AddChangeDirectory(byte* actions, byte* path);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int AttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int AttributesSetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int AttributesSetDefaults(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int AttributesSetMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static partial int FillSignalSet(byte* signals);
}
