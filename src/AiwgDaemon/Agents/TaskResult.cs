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
            var text = Encoding.UTF8.GetString(SecureFile.ReadEnd(path, Largest, out var isWhole));
            return Body(text, isWhole);
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
        var end = isWhole && output.StartsWith("# ", StringComparison.Ordinal) ? output.IndexOf("\n\n", StringComparison.Ordinal) : -1;
        var body = end < 0 ? output : output[(end + 2)..];
        var last = body.TrimEnd('\n').LastIndexOf('\n') + 1;
        return body.AsSpan(last).StartsWith("# ", StringComparison.Ordinal) ? body[..last] : body;
    }
}
