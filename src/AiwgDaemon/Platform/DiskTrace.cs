namespace AiwgDaemon.Platform;

/// <summary>What is asked of a disk: what a loss of power may leave undone, in which order, follows from these alone.</summary>
internal enum DiskStep
{
    Create,
    Write,
    Resize,
    Flush,
    Rename,
    FlushDirectory,
}

/// <param name="Path">Of the file, or of the directory that is flushed.</param>
/// <param name="Offset">Of what is written; the new length of a file that is resized.</param>
/// <param name="Content">What is written.</param>
/// <param name="NewPath">Of a file that is renamed.</param>
internal sealed record DiskCall(DiskStep Step, string Path, long Offset = 0, byte[]? Content = null, string? NewPath = null);

/// <summary>
/// Tells a test of every call by which files that promise something are written, so that it can play each loss of power between them.
/// Without an observer a call costs one comparison.
/// </summary>
internal static class DiskTrace
{
    public static Action<DiskCall>? Observer { get; set; }

    public static void Note(DiskStep step, string path, long offset = 0, string? newPath = null) =>
        Observer?.Invoke(new DiskCall(step, path, offset, NewPath: newPath));

    public static void NoteWrite(string path, ReadOnlySpan<byte> content, long offset)
    {
        if (Observer is { } observer) observer(new DiskCall(DiskStep.Write, path, offset, content.ToArray()));
    }
}
