using AiwgDaemon.Platform;

namespace AiwgDaemon.Bus;

/// <summary>Reads a file of JSON lines from its end, block by block, so that the newest lines cost the same however long the file
/// is.</summary>
internal static class BackwardLines
{
    private const int Block = 64 * 1024;

    /// <summary>The whole lines, the last one first; what has no line end, holes, and a file that does not exist are passed over. A line is
    /// good until the next one is asked for.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Read(string path)
    {
        if (!File.Exists(path)) yield break;
        using var handle = SecureFile.Open(path, SecureOpen.Read);
        var buffer = new byte[Block];
        // Where the line ends that is looked for; unknown until the last line end has been found.
        var end = RandomAccess.GetLength(handle);
        var isWhole = false;
        while (end > 0)
        {
            var size = (int)Math.Min(end, buffer.Length);
            if (RandomAccess.Read(handle, buffer.AsSpan(0, size), end - size) < size) yield break;
            var from = end - size;
            var stop = size;
            for (int at; (at = buffer.AsSpan(0, stop).LastIndexOf((byte)'\n')) >= 0; stop = at)
            {
                if (isWhole)
                    foreach (var (begin, length) in JsonLines.Texts(buffer.AsMemory(at + 1, stop - at - 1)).Reverse())
                        yield return buffer.AsMemory(at + 1 + begin, length);
                isWhole = true;
            }
            if (from == 0)
            {
                if (isWhole)
                    foreach (var (begin, length) in JsonLines.Texts(buffer.AsMemory(0, stop)).Reverse())
                        yield return buffer.AsMemory(begin, length);
                yield break;
            }
            if (stop < size)
            {
                end = from + stop;
            }
            else if (!isWhole)
            {
                // Behind the last line end: not wanted.
                end = from;
            }
            else if (buffer[0] == 0)
            {
                // What follows a hole is a line of its own, and the hole may be larger than memory.
                foreach (var (begin, length) in JsonLines.Texts(buffer.AsMemory(0, size)).Reverse())
                    yield return buffer.AsMemory(begin, length);
                end = from;
            }
            else
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
    }
}
