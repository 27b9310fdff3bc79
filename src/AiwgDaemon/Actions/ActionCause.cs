using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Actions;

/// <summary>What the header of an output file says of its action: the rule, and the first event of the run.</summary>
internal sealed record ActionCause(string RuleId, Guid Event)
{
    private const int HeaderBytes = 1024;

    /// <summary>Null if the file has no header that can be read: a run that was killed as it began, or a foreign file.</summary>
    public static ActionCause? Read(string path)
    {
        try
        {
            using var file = SecureFile.Open(path, SecureOpen.Read);
            var buffer = new byte[HeaderBytes];
            var lines = Encoding.UTF8.GetString(buffer, 0, RandomAccess.Read(file, buffer, 0)).Split('\n');
            if (lines.Length < 2)
                return null;
            var (rule, attempt) = (
                lines[0].IndexOf(" of rule ", StringComparison.Ordinal),
                lines[0].LastIndexOf(", attempt ", StringComparison.Ordinal)
            );
            return
                rule >= 0
                && attempt > rule
                && lines[1].StartsWith("# event ", StringComparison.Ordinal)
                && Guid.TryParse(lines[1].AsSpan(8, Math.Min(36, lines[1].Length - 8)), out var id)
                ? new ActionCause(lines[0][(rule + 9)..attempt], id)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It tells nothing then, and its event is delivered again.
            return null;
        }
    }
}
