using System.ComponentModel;
using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>
/// Windows: a job object, which holds a process with all that it starts. While it is open, the end of this process ends them too.
/// Failures are <see cref="Win32Exception"/>.
/// </summary>
internal sealed unsafe partial class JobObject
{
    private const uint KillOnClose = 0x2000;
    private const int ExtendedLimits = 9;

    private readonly nint _handle;

    private JobObject(nint handle) => _handle = handle;

    /// <summary>Makes a job for a process that has not run yet.</summary>
    public static JobObject Of(nint process)
    {
        var job = new JobObject(CreateJobObject(0, null));
        job.SetLimit(KillOnClose);
        _ = AssignProcessToJobObject(job._handle, process);
        return job;
    }

    /// <summary>Ends all processes in it with exit code 1; false if that cannot be done.</summary>
    public bool Terminate() => TerminateJobObject(_handle, 1);

    /// <summary>Lets go of the processes: what is left in the background when the first one ends by itself may live on.</summary>
    public void Release()
    {
        SetLimit(0);
        _ = CloseHandle(_handle);
    }

    private void SetLimit(uint flags)
    {
        var limits = new Limits { Flags = flags };
        if (!SetInformationJobObject(_handle, ExtendedLimits, &limits, (uint)sizeof(Limits)))
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    // JOBOBJECT_EXTENDED_LIMIT_INFORMATION; only the flags are used.
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private struct Limits
    {
        [FieldOffset(16)] public uint Flags;
    }

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW", StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint CreateJobObject(nint attributes, string? name);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformationJobObject(nint job, int kind, Limits* limits, uint size);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignProcessToJobObject(nint job, nint process);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TerminateJobObject(nint job, uint exitCode);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseHandle(nint handle);
}
