using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle.Services;

/// <summary>
/// The variables of <c>.aiwg/daemon/environment</c>, read as systemd reads an EnvironmentFile (systemd.exec(5)): a line NAME=VALUE,
/// with quotes and backslashes as in a shell but without replacing anything, comments with # or ;. What is no such line is left out.
/// </summary>
internal static class EnvironmentFile
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Empty if there is none, or if it cannot be read, as the service goes on without it too.</summary>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        try
        {
            return Parse(Encoding.UTF8.GetString(SecureFile.ReadAll(path, MaxBytes)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's secrets, or no file: the variables are then unknown here, which the caller says.
            return new Dictionary<string, string>(StringComparer.Ordinal);
        }
    }

    public static Dictionary<string, string> Parse(string text)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var at = 0; at < text.Length;)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            if (at >= text.Length) break;
            var name = text[at] is '#' or ';' ? "" : Name(text, at);
            if (name.Length == 0) at = SkipLine(text, at);
            else (variables[name], at) = Value(text, text.IndexOf('=', at) + 1);
        }
        return variables;
    }

    private static string Name(string text, int at)
    {
        var end = at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
        var equals = end;
        while (equals < text.Length && text[equals] is ' ' or '\t') equals++;
        return end > at && !char.IsAsciiDigit(text[at]) && equals < text.Length && text[equals] == '=' ? text[at..end] : "";
    }

    // A comment goes on behind a backslash too.
    private static int SkipLine(string text, int at)
    {
        for (; at < text.Length && text[at] != '\n'; at++)
            if (text[at] == '\\' && at + 1 < text.Length) at++;
        return at + 1;
    }

    private static (string Value, int Next) Value(string text, int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t') at++;
        var value = new StringBuilder();
        var kept = 0;
        var quote = '\0';
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (quote == '\0' && c == '\n') break;
            if (c == quote) quote = '\0';
            else if (quote == '\0' && c is '"' or '\'') quote = c;
            else if (c == '\\' && quote != '\'' && at + 1 < text.Length)
            {
                at++;
                if (text[at] == '\r' && at + 1 < text.Length) at++;
                if (text[at] == '\n') continue;
                if (quote == '"' && text[at] is not ('"' or '\\' or '`' or '$')) value.Append('\\');
                value.Append(text[at]);
            }
            else value.Append(c);
            // Blanks at the end count only in quotes.
            if (quote != '\0' || c is not (' ' or '\t' or '\r')) kept = value.Length;
        }
        value.Length = Math.Min(value.Length, kept);
        return (value.ToString(), at + 1);
    }
}
