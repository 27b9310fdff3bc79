using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

/// <summary>Takes a part of a child's output; called for one child by one thread at a time.</summary>
internal delegate void OutputSink(ReadOnlySpan<byte> bytes);

/// <summary>
/// The output of one child on its way from the pipe to a sink. All children share one thread that sleeps in poll(2); it
/// ends when there has been no child for a while.
/// </summary>
internal sealed partial class ChildOutput
{
    private readonly Lock _lock = new();
    private readonly SafeFileHandle _pipe;
    private readonly OutputSink _sink;
    private bool _closed;

    private ChildOutput(SafeFileHandle pipe, OutputSink sink) => (_pipe, _sink) = (pipe, sink);

    /// <summary>
    /// Reads the pipe from now on; it belongs to this object until <see cref="Finish"/>. On Windows a thread of its own does, elsewhere
    /// only if that is asked for.
    /// </summary>
    public static ChildOutput Attach(SafeFileHandle pipe, OutputSink sink, bool ownThread = false)
    {
        var output = new ChildOutput(pipe, sink);
        if (OperatingSystem.IsWindows() || ownThread) output.AttachWindows();
        else output.AttachUnix();
        return output;
    }

    /// <summary>
    /// After the child's end: takes what is in the pipe now and closes it. Others that still hold its writing end are not
    /// waited for; they get SIGPIPE. The sink is not called any more afterwards.
    /// </summary>
    public void Finish()
    {
        if (OperatingSystem.IsWindows() || _reader is not null) FinishWindows();
        else FinishUnix();
    }
}
