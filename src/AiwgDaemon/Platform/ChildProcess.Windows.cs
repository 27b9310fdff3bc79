using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

// Windows: CreateProcess, suspended until it is in a job object of its own, which stands for the process group. While the
// process runs the job ends with this process, so that a killed daemon leaves nothing behind. There is no SIGTERM: a
// request to end is CTRL+BREAK, which reaches console programs that share a console with us.
internal sealed unsafe partial class ChildProcess
{
    private const uint CreateSuspended = 0x4, CreateNewProcessGroup = 0x200, CreateUnicodeEnvironment = 0x400, CreateNoWindow = 0x08000000;
    private const uint HandleInherit = 1, UseStandardHandles = 0x100, CtrlBreak = 1;

    private JobObject? _job;
    private SafeProcessHandle? _process;
    private RegisteredWaitHandle? _wait;

    private static ChildProcess StartWindows(SpawnOptions options, string program)
    {
        if (options.MarkerFile is { } marker) CreateMarkerWindows(marker, options.Program);
        var opened = new List<SafeHandle>();
        try
        {
            var (childInput, input) = ConnectWindows(options.Input, isInput: true, opened);
            var (childOutput, output) = ConnectWindows(options.Output, isInput: false, opened);
            var (childError, error) = options.Error.IsSameAsOutput
                ? (childOutput, null)
                : ConnectWindows(options.Error, isInput: false, opened);
            var startup = new StartupInformation
            {
                Size = (uint)sizeof(StartupInformation),
                Flags = UseStandardHandles,
                Input = childInput.DangerousGetHandle(),
                Output = childOutput.DangerousGetHandle(),
                Error = childError.DangerousGetHandle(),
            };
            var information = CreateSuspendedProcess(options, program, startup);
            var child = new ChildProcess((int)information.ProcessId)
            {
                Identity = ProcessIdentity.Of((int)information.ProcessId) ?? new ProcessIdentity((int)information.ProcessId, 0, ""),
                StandardInput = input,
                StandardOutput = output,
                StandardError = error,
            };
            child.Adopt(information);
            foreach (var handle in opened) handle.Dispose();
            return child;
        }
        catch
        {
            foreach (var handle in opened) handle.Dispose();
            throw;
        }
    }

    private static void CreateMarkerWindows(string marker, string program)
    {
        try
        {
            SecureFile.Open(marker, SecureOpen.CreateNew).Dispose();
        }
        catch (IOException e)
        {
            throw new SpawnException($"{program} was not run: {e.Message}");
        }
    }

    private static ProcessInformation CreateSuspendedProcess(SpawnOptions options, string program, StartupInformation startup)
    {
        var commandLine = WindowsCommandLine.Of(options).ToCharArray();
        var variables = WindowsCommandLine.EnvironmentOf(options);
        var flags = CreateSuspended | CreateNewProcessGroup | CreateUnicodeEnvironment | CreateNoWindow;
        ProcessInformation information;
        bool created;
        int error;
        fixed (char* name = program, command = commandLine, environment = variables, directory = options.WorkingDirectory)
        {
            created = CreateProcess(name, command, 0, 0, true, flags, environment, directory, &startup, &information);
            error = Marshal.GetLastPInvokeError();
        }
        return created ? information : throw new SpawnException($"{program} cannot be run: {new Win32Exception(error).Message}", error);
    }

    private static (SafeHandle Childs, SafeFileHandle? Ours) ConnectWindows(SpawnStream stream, bool isInput, List<SafeHandle> opened)
    {
        if (stream.Handle is { } existing)
        {
            SetInheritable(existing);
            return (existing, null);
        }
        if (!stream.IsPipe)
        {
            var file = File.OpenHandle(
                stream.Path ?? "NUL",
                FileMode.OpenOrCreate,
                isInput ? FileAccess.Read : FileAccess.Write,
                FileShare.ReadWrite
            );
            opened.Add(file);
            SetInheritable(file);
            return (file, null);
        }
        if (!CreatePipeWindows(out var read, out var write, 0, 0))
            throw new SpawnException($"A pipe cannot be created: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        var (childs, ours) = isInput ? (read, write) : (write, read);
        opened.Add(childs);
        SetInheritable(childs);
        return (childs, ours);
    }

    private static void SetInheritable(SafeHandle handle)
    {
        if (!SetHandleInformation(handle, HandleInherit, HandleInherit)) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    private void Adopt(ProcessInformation information)
    {
        _process = new SafeProcessHandle(information.Process, ownsHandle: true);
        _job = JobObject.Of(information.Process);
        var ended = new ManualResetEvent(false);
        ended.SafeWaitHandle = new SafeWaitHandle(information.Process, ownsHandle: false);
        _wait = ThreadPool.RegisterWaitForSingleObject(
            ended,
            static (state, _) => ((ChildProcess)state!).EndedWindows(),
            this,
            Timeout.Infinite,
            executeOnlyOnce: true
        );
        _ = ResumeThread(information.Thread);
        _ = CloseHandle(information.Thread);
    }

    private void EndedWindows()
    {
        SetExited(GetExitCodeProcess(_process!, out var code) ? new ExitStatus((int)code, null) : ExitStatus.Unknown);
        if (IsReleased) _process!.Dispose();
    }

    private bool SignalJobWindows(ProcessSignal signal)
    {
        if (Exited.IsCompleted && signal != ProcessSignal.Kill) return false;
        return signal == ProcessSignal.Kill ? _job!.Terminate() : GenerateConsoleCtrlEvent(CtrlBreak, (uint)Pid);
    }

    private void ReleaseWindows()
    {
        _job!.Release();
        if (!Exited.IsCompleted) return;
        _wait?.Unregister(null);
        _process?.Dispose();
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct StartupInformation
    {
        public uint Size;
        public nint Reserved, Desktop, Title;
        public uint X, Y, XSize, YSize, XCountChars, YCountChars, FillAttribute, Flags;
        public ushort ShowWindow, Reserved2Size;
        public nint Reserved2, Input, Output, Error;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ProcessInformation
    {
        public nint Process, Thread;
        public uint ProcessId, ThreadId;
    }

    [LibraryImport("kernel32", EntryPoint = "CreateProcessW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateProcess(
        char* program,
        char* commandLine,
        nint processAttributes,
        nint threadAttributes,
        [MarshalAs(UnmanagedType.Bool)] bool inheritHandles,
        uint flags,
        char* environment,
        char* directory,
        StartupInformation* startup,
        ProcessInformation* information
    );

    [LibraryImport("kernel32", EntryPoint = "CreatePipe", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreatePipeWindows(out SafeFileHandle read, out SafeFileHandle write, nint attributes, uint size);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetHandleInformation(SafeHandle handle, uint mask, uint flags);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GenerateConsoleCtrlEvent(uint controlEvent, uint processGroup);

    [LibraryImport("kernel32")]
    private static partial uint ResumeThread(nint thread);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetExitCodeProcess(SafeProcessHandle process, out uint exitCode);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseHandle(nint handle);
}
