using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

// Unix: posix_spawn(3), which does not copy this process (vfork semantics) and reports the failure of exec to the caller.
// The runtime ignores SIGPIPE and others, and a child inherits what is ignored: all signals are reset.
internal sealed partial class ChildProcess
{
    private const int LowestOwnDescriptor = 10;

    // An empty root directory, as a container may have, holds no devices.
    private static readonly bool HasNullDevice = File.Exists("/dev/null");

    [UnsupportedOSPlatform("windows")]
    private static ChildProcess StartUnix(SpawnOptions options, string program, string directory)
    {
        var pipes = new List<(SafeFileHandle Ours, SafeFileHandle Childs)>(3);
        try
        {
            using var spawn = new SpawnCall(program, options);
            if (options.WorkingDirectory is { } cwd) spawn.ChangeDirectory(cwd);
            var input = Connect(spawn, options.Input, 0, pipes);
            var output = Connect(spawn, options.Output, 1, pipes);
            var error = Connect(spawn, options.Error, 2, pipes);
            spawn.PassDescriptors(options.Inherited);
            if (options.MarkerFile is { } marker) spawn.CreateMarker(marker);
            spawn.CloseOthers();

            var child = ChildReaper.Spawn(() =>
            {
                var pid = Checked(spawn.Run(), options, program, directory);
                return new ChildProcess(pid)
                {
                    // A zombie already if it was quick: then there is nothing left to recognise.
                    Identity = ProcessIdentity.Of(pid) ?? ProcessIdentity.Current with { Pid = pid, StartTime = 0 },
                    StandardInput = input,
                    StandardOutput = output,
                    StandardError = error,
                };
            });
            foreach (var (_, childs) in pipes) childs.Dispose();
            return child;
        }
        catch
        {
            foreach (var (ours, childs) in pipes)
            {
                ours.Dispose();
                childs.Dispose();
            }
            throw;
        }
    }

    private static SafeFileHandle? Connect(
        SpawnCall spawn,
        SpawnStream stream,
        int target,
        List<(SafeFileHandle Ours, SafeFileHandle Childs)> pipes
    )
    {
        if (stream.IsSameAsOutput)
        {
            spawn.Duplicate(1, target);
        }
        else if (stream.Handle is { } handle)
        {
            spawn.Duplicate(handle, target);
        }
        else if (stream.IsPipe)
        {
            var (read, write) = CreatePipe();
            pipes.Add(target == 0 ? (write, read) : (read, write));
            spawn.Duplicate(pipes[^1].Childs, target);
            return pipes[^1].Ours;
        }
        else if (stream.Path is null && !HasNullDevice)
        {
            var empty = AnonymousFile.Create([], Path.Combine(Path.GetTempPath(), $"aiwg-null-{System.Environment.ProcessId}-{target}"));
            pipes.Add((empty, empty));
            spawn.Duplicate(empty, target);
        }
        else
        {
            spawn.Open(target, stream.Path ?? "/dev/null", stream.Path is null ? OpenFlags.ReadWrite : stream.Flags, (uint)stream.Mode);
        }
        return null;
    }

    // Both ends close on exec, and lie above the numbers that the child's descriptors get, so that none is overwritten.
    internal static (SafeFileHandle Read, SafeFileHandle Write) CreatePipe()
    {
        Span<int> ends = stackalloc int[2];
        var result = OperatingSystem.IsMacOS() ? Pipe(ref ends[0]) : Pipe2(ref ends[0], Libc.Native(OpenFlags.CloseOnExec));
        if (result != 0) throw Shortage(Marshal.GetLastPInvokeError(), "a pipe cannot be created");
        for (var i = 0; i < 2; i++)
        {
            if (!OperatingSystem.IsMacOS() && ends[i] >= LowestOwnDescriptor) continue;
            var moved = Libc.DuplicateCloseOnExec(ends[i], LowestOwnDescriptor);
            var errno = Marshal.GetLastPInvokeError();
            _ = Close(ends[i]);
            ends[i] = moved;
            if (moved >= 0) continue;
            _ = Close(ends[1 - i]);
            throw Shortage(errno, "a pipe cannot be created");
        }
        return (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    private static int Checked((int Errno, int Pid) result, SpawnOptions options, string program, string directory)
    {
        if (result.Errno == 0) return result.Pid;
        var cause = Marshal.GetPInvokeErrorMessage(result.Errno);
        if (result.Errno == Libc.EEXIST && options.MarkerFile is { } marker)
            throw new SpawnException($"{options.Program} was not run: {marker} exists, so it was started before", result.Errno);
        if (!Directory.Exists(directory))
            throw new SpawnException($"{options.Program} cannot be run: its working directory {directory} does not exist", result.Errno);
        throw result.Errno switch
        {
            Libc.ENOENT
                when File.Exists(program) && (options.MarkerFile is null || Directory.Exists(Path.GetDirectoryName(options.MarkerFile))) =>
                new SpawnException(
                    $"{program} cannot be run: the interpreter in its first line, or its loader, does not exist",
                    Libc.ENOENT
                ),
            Libc.ENOEXEC => new SpawnException(
                $"{program} cannot be run: it is no program; give a script a first line such as #!/bin/sh",
                Libc.ENOEXEC
            ),
            Libc.E2BIG => new SpawnException(
                $"{program} cannot be run: arguments and environment are larger than the system allows",
                Libc.E2BIG
            ),
            Libc.ENOMEM or Libc.EMFILE or Libc.ENFILE => Shortage(result.Errno, $"{program} cannot be run"),
            var errno when errno == Libc.EAGAIN => Shortage(errno, $"{program} cannot be run"),
            var errno => new SpawnException($"{program} cannot be run: {cause}", errno),
        };
    }

    private static SpawnException Shortage(int errno, string what) =>
        new(
            $"{what}: {Marshal.GetPInvokeErrorMessage(errno)}; the system is short of processes, memory or descriptors (see ulimit -a)",
            errno
        );

    // The pid is that of the leader of the session, and reserved until it is reaped in Dispose.
    private bool SignalGroupUnix(ProcessSignal signal)
    {
        if (Pid <= 1) return false;
        if (Kill(-Pid, (int)signal) == 0) return true;
        var errno = Marshal.GetLastPInvokeError();
        // macOS says EPERM for a group of zombies.
        return errno is Libc.ESRCH or Libc.EPERM
            ? false
            : throw new IOException($"The process group {Pid} cannot be signalled: {Marshal.GetPInvokeErrorMessage(errno)}", errno);
    }

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int Pipe2(ref int ends, int flags);

    [LibraryImport("libc", EntryPoint = "pipe", SetLastError = true)]
    private static partial int Pipe(ref int ends);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
