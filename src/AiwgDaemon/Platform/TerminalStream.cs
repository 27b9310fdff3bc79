namespace AiwgDaemon.Platform;

/// <summary>
/// Standard output or standard error for the commands: plain write(2), so that nothing of a console (terminfo, signal
/// thread, encodings) is set up for a program that prints a screen and ends. A reader that has gone is an
/// <see cref="OutputClosedException"/>.
/// </summary>
internal sealed partial class TerminalStream : Stream
{
    private readonly int _descriptor;
    private readonly Stream? _console;

    private TerminalStream(int descriptor, Stream? console) => (_descriptor, _console) = (descriptor, console);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static TerminalStream Output() => new(1, OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : null);

    public static TerminalStream Error() => new(2, OperatingSystem.IsWindows() ? Console.OpenStandardError() : null);

    /// <summary>True if standard output (1) or standard error (2) is a terminal.</summary>
    public static bool IsTerminal(int descriptor)
    {
        if (OperatingSystem.IsWindows()) return descriptor == 1 ? !Console.IsOutputRedirected : !Console.IsErrorRedirected;
        return IsTerminalCall(descriptor) == 1;
    }

    /// <summary>Columns and rows of the terminal on standard output (1) or standard error (2); null if there is none or it does not
    /// say.</summary>
    public static (int Columns, int Rows)? Size(int descriptor)
    {
        if (!OperatingSystem.IsLinux()) return IsTerminal(descriptor) ? (Console.WindowWidth, Console.WindowHeight) : null;
        return SizeLinux(descriptor);
    }

    /// <summary>
    /// Opens the null device on each standard descriptor that the caller closed: otherwise the next file that is opened
    /// would get its number, and the output.
    /// </summary>
    public static void FillClosedDescriptors()
    {
        if (!OperatingSystem.IsWindows()) FillClosedDescriptorsUnix();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_console is not null) _console.Write(buffer);
        else WriteUnix(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => _console?.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>Who read our output has gone (<c>| head</c>): the command ends without a word.</summary>
internal sealed class OutputClosedException() : IOException("The reader of the output has gone");
