using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Agents;

/// <summary>What an agent printed, without the daemon's own lines around it.</summary>
internal static class TaskResult
{
    // The end says how it went.
    private const int Largest = 1024 * 1024;

    /// <summary>Null if there is no output, or it cannot be read.</summary>
    /// <param name="path">The output file of a run that has ended.</param>
    public static string? Read(string path)
    {
        try
        {
            using var file = SecureFile.Open(path, SecureOpen.Read);
            var length = RandomAccess.GetLength(file);
            var start = Math.Max(0, length - Largest);
            var bytes = new byte[length - start];
            var read = RandomAccess.Read(file, bytes, start);
            return Body(Encoding.UTF8.GetString(bytes, 0, read), isWhole: start == 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Pruned, or never written: the task's error says more than this could.
            return null;
        }
    }

    /// <summary>The header ends with an empty line; the footer is the last line.</summary>
    public static string Body(string output, bool isWhole)
    {
        var start = isWhole && output.StartsWith("# ", StringComparison.Ordinal) ? output.IndexOf("\n\n", StringComparison.Ordinal) + 2 : 0;
        var body = output[start..];
        var last = body.TrimEnd('\n').LastIndexOf('\n') + 1;
        return body.AsSpan(last).StartsWith("# ", StringComparison.Ordinal) ? body[..last] : body;
    }
}
