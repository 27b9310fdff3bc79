using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Actions;

/// <summary>
/// Reads a dotenv file: <c>NAME=VALUE</c> a line, <c>export</c> before it, comments with <c>#</c>, values in single quotes as they stand,
/// in double quotes with <c>\n</c>, <c>\r</c>, <c>\t</c>, <c>\\</c>, <c>\"</c> and <c>\$</c>; quoted ones may have several lines. Nothing
/// is expanded or run. No message shows anything of a line, for it may be a secret.
/// </summary>
internal static class EnvFile
{
    /// <summary>Larger files are refused, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const string Form = "write NAME=VALUE";

    /// <summary>The variables; of a name that stands there twice the last value. An <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> names the file, and the line if it is about one.</summary>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        if (OpenToOthers(path) is { } open) throw new IOException(open);
        // A value is bytes for Unix: what is no UTF-8 arrives as it is.
        var text = NativePath.FromBytes(ForeignFile.ReadAll(path, MaxBytes, Links.Refused));
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = text.StartsWith('\uFEFF') ? 1 : 0;
        for (var line = 1; at < text.Length;)
        {
            var start = line;
            if (Take(text, ref at, ref line, variables) is { } fault) throw new IOException($"{path}:{start}: {fault}");
        }
        return variables;
    }

    /// <summary>What is wrong with the next line, and the lines that its value goes on in; null if nothing is.</summary>
    private static string? Take(string text, ref int at, ref int line, Dictionary<string, string> variables)
    {
        SkipBlanks(text, ref at);
        if (at == text.Length || text[at] is '#' or '\n' or '\r')
        {
            EndLine(text, ref at, ref line);
            return null;
        }
        if (text.AsSpan(at).StartsWith("export ") || text.AsSpan(at).StartsWith("export\t"))
        {
            at += "export ".Length;
            SkipBlanks(text, ref at);
        }
        var begin = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_')) at++;
        var name = text[begin..at];
        SkipBlanks(text, ref at);
        if (at == text.Length || text[at] is '\n' or '\r')
            return $"has no =; {Form}";
        if (text[at] != '=' || name.Length == 0 || char.IsAsciiDigit(name[0]))
            return $"what stands before = is not the name of a variable; use letters, digits and _ only, and {Form}";
        at++;
        SkipBlanks(text, ref at);
        if (at == text.Length || text[at] is not ('"' or '\'')) variables[name] = Unquoted(text, ref at);
        else
        {
            var quote = text[at];
            if (Quoted(text, ref at, ref line) is not { } value) return $"has a quote that is never closed: {quote}";
            SkipBlanks(text, ref at);
            if (at < text.Length && text[at] is not ('#' or '\n' or '\r'))
                return $"has text behind the closing {quote}; put the whole value in quotes";
            variables[name] = value;
        }
        EndLine(text, ref at, ref line);
        return variables[name].Contains('\0') ? "holds a NUL, which no variable can have" : null;
    }

    private static string? Quoted(string text, ref int at, ref int line)
    {
        var quote = text[at++];
        var value = new StringBuilder();
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (c == quote)
            {
                at++;
                return value.ToString();
            }
            if (c == '\n') line++;
            if (c == '\\' && quote == '"' && at + 1 < text.Length && Escaped(text[at + 1]) is { } meant)
            {
                value.Append(meant);
                at++;
            }
            // A file that was edited on Windows.
            else if (c != '\r' || at + 1 >= text.Length || text[at + 1] != '\n') value.Append(c);
        }
        return null;
    }

    private static char? Escaped(char c) => c switch
    {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '\\' or '"' or '$' => c,
        _ => null,
    };

    // A # is a comment only behind a blank: it may be part of a value.
    private static string Unquoted(string text, ref int at)
    {
        var begin = at;
        while (at < text.Length && text[at] != '\n' && !(text[at] == '#' && (at == begin || text[at - 1] is ' ' or '\t'))) at++;
        return text[begin..at].Trim(' ', '\t', '\r');
    }

    private static void SkipBlanks(string text, ref int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t') at++;
    }

    private static void EndLine(string text, ref int at, ref int line)
    {
        while (at < text.Length && text[at] != '\n') at++;
        if (at == text.Length) return;
        at++;
        line++;
    }

    // Whoever may write it decides what is run, for instance with PATH.
    private static string? OpenToOthers(string path)
    {
        if (!OperatingSystem.IsLinux() || !FileStatus.TryGet(path, out var status) || status.Kind != FileKind.Regular)
            return null;
        if (status.Permissions.HasFlag(UnixFileMode.OtherWrite))
            return $"{path} may be written by every user of this machine, who could run anything as you; run: chmod o-w '{path}'";
        return status.Permissions.HasFlag(UnixFileMode.GroupWrite) && !PrivateGroup.Is(status.Gid, status.Uid)
            ? $"{path} may be written by all of a group, who could run anything as you; run: chmod g-w '{path}'"
            : null;
    }
}
