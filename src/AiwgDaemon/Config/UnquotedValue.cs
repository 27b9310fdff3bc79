using System.Buffers;
using YamlDotNet.Core;

namespace AiwgDaemon.Config;

/// <summary>
/// Finds the value that should have been in quotes: <c>cron: */5 * * * *</c>, <c>@daily</c>, <c>{{event.path}}</c>. Reads
/// one line only, as far as it is YAML; null if nothing there looks so.
/// </summary>
internal static class UnquotedValue
{
    private const int LongestLine = 2000;
    private const int LongestValue = 60;

    /// <summary>What YAML gives a meaning of its own at the start of a value.</summary>
    private static readonly SearchValues<char> Special = SearchValues.Create("*&!%@`>|");

    /// <summary>How the value at that place is written right: <c>cron: "*/5 * * * *"</c>.</summary>
    public static string? Mend(string text, Mark mark)
    {
        if (LineOf(text, mark) is not { } line) return null;
        var depth = 0;
        var key = "";
        for (var at = 0; at < line.Length;)
        {
            var c = line[at];
            if (c is ' ' or '\t' || (c == '-' && at + 1 < line.Length && line[at + 1] == ' ')) at++;
            else if (c == '#') return null;
            else if (c == ',') (key, at) = ("", at + 1);
            else if (c is ']' or '}') (key, at, depth) = ("", at + 1, depth - 1);
            else if (Special.Contains(c) || line.AsSpan(at).StartsWith("{{"))
            {
                var end = EndOf(line, at, depth > 0);
                if (mark.Column > at && mark.Column <= end) return Written(key, line[at..end].TrimEnd());
                at = end;
            }
            else if (c is '[' or '{') (key, at, depth) = ("", at + 1, depth + 1);
            else
            {
                var end = c is '"' or '\'' ? EndOfQuotes(line, at) : EndOfPlain(line, at, depth > 0);
                var isKey = end < line.Length && line[end] == ':';
                key = isKey ? line[at..end] : "";
                at = isKey ? end + 1 : end;
            }
        }
        return null;
    }

    private static string? Written(string key, string value)
    {
        if (value.Length > LongestValue || value.AsSpan().ContainsAnyInRange('\0', '\x1f')) return null;
        var quoted = value.AsSpan().IndexOfAny('"', '\\') < 0 ? $"\"{value}\"" : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
        return key.Length is 0 or > LongestValue ? quoted : $"{key}: {quoted}";
    }

    /// <summary>Of a value that is text to whoever wrote it: brackets in it count, quotes do not.</summary>
    private static int EndOf(string line, int at, bool inBrackets)
    {
        var depth = 0;
        for (var i = at; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '#' && line[i - 1] == ' ') return i;
            if (!inBrackets) continue;
            if (c is '{' or '[') depth++;
            else if (depth == 0 && c is (',' or '}' or ']')) return i;
            else if (c is '}' or ']') depth--;
        }
        return line.Length;
    }

    private static int EndOfQuotes(string line, int at)
    {
        var quote = line[at];
        for (var i = at + 1; i < line.Length; i++)
        {
            if (quote == '"' && line[i] == '\\') i++;
            else if (line[i] == quote) return i + 1;
        }
        return line.Length;
    }

    private static int EndOfPlain(string line, int at, bool inBrackets)
    {
        for (var i = at; i < line.Length; i++)
        {
            if (line[i] == ':' && (i + 1 == line.Length || line[i + 1] == ' ')) return i;
            if (inBrackets && line[i] is (',' or ']' or '}')) return i;
            if (line[i] == '#' && i > at && line[i - 1] == ' ') return i;
        }
        return line.Length;
    }

    // Not by counting lines: a hostile file has many of both.
    private static string? LineOf(string text, Mark mark)
    {
        var start = mark.Index - mark.Column + 1;
        if (start < 0 || mark.Column > LongestLine || mark.Index > text.Length || (start > 0 && text[(int)start - 1] is not ('\n' or '\r')))
            return null;
        var rest = text.AsSpan((int)start);
        var end = rest.IndexOfAny('\n', '\r');
        var line = end < 0 ? rest : rest[..end];
        return line.Length <= LongestLine ? line.ToString() : null;
    }
}
