using System.Text;
using AiwgDaemon.Platform;
using AiwgDaemon.State;

namespace AiwgDaemon.Api.Files;

/// <summary>A part of what a run printed.</summary>
/// <param name="Text">Whole characters.</param>
/// <param name="From">Where it begins, in bytes of the whole.</param>
/// <param name="To">Where it ends, and the next part begins.</param>
/// <param name="Size">How long the whole is now.</param>
internal sealed record OutputPage(string Text, long From, long To, long Size)
{
    /// <summary>Null if there is no output: the run has not started, or its output was pruned.</summary>
    /// <param name="files">The project.</param>
    /// <param name="run">The run.</param>
    /// <param name="from">Where to begin, in bytes; null for the end.</param>
    /// <param name="limit">At most so many bytes.</param>
    public static OutputPage? Read(ProjectFiles files, ActionRecord run, int? from, int limit)
    {
        var path = run.OutputPath is { } named ? Path.Combine(files.Project, named) : Path.Combine(files.Output, $"{run.Id}.log");
        try
        {
            using var file = SecureFile.Open(path, SecureOpen.Read);
            var size = RandomAccess.GetLength(file);
            var start = Math.Min(from ?? Math.Max(0, size - limit), size);
            var buffer = new byte[(int)Math.Min(limit, size - start)];
            var read = RandomAccess.Read(file, buffer, start);
            var (first, last) = WholeCharacters(buffer.AsSpan(0, read), start == 0);
            return new OutputPage(Encoding.UTF8.GetString(buffer, first, last - first), start + first, start + last, size);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The caller says why, for it knows the run.
            return null;
        }
    }

    // A cut may lie within a character: its rest is left out at the beginning, and its first bytes are left to the next part.
    private static (int First, int Last) WholeCharacters(ReadOnlySpan<byte> bytes, bool isStart)
    {
        var first = 0;
        while (!isStart && first < Math.Min(3, bytes.Length) && (bytes[first] & 0xC0) == 0x80) first++;
        var last = bytes.Length;
        for (var back = 1; back <= Math.Min(3, last - first); back++)
        {
            var b = bytes[^back];
            if ((b & 0xC0) == 0x80) continue;
            var length = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : b >= 0xC0 ? 2 : 1;
            // The very first character is given out as it is: a part that is empty would never end.
            if (length > back && last - back > first) last -= back;
            break;
        }
        return (first, last);
    }
}
