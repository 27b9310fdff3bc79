using System.Buffers;
using System.Text;
using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config;

/// <summary>
/// What people write who have another language in their fingers, or a text from a web page: comments with //, key=value, key:value without
/// a blank, curly quotes, words behind a closing quote. Looks at one line that YAML could not read; pure.
/// </summary>
internal static class LineHabits
{
    private const int LongestValue = 80;
    private const int LongestLine = 2000;

    private static readonly SearchValues<char> NoKey = SearchValues.Create("\"'[{#& ");

    /// <summary>The first habit in the line, with its column from 0; null if there is none.</summary>
    public static (int At, Fault Fault)? Of(string line) =>
        Section(line)
        ?? Odd(line)
        ?? Comment(line)
        ?? Variable(line)
        ?? AfterQuote(line)
        ?? AfterBracket(line)
        ?? Block(line)
        ?? NoBlank(line)
        ?? SecondColon(line)
        ?? Equals(line)
        ?? Ending(line);

    /// <summary>The same for text that stands where a map belongs: <c>timezone:UTC</c>, <c>enabled=true</c>.</summary>
    public static Fault? OfText(string text)
    {
        var end = text.AsSpan().IndexOfAny('\n', '\r');
        var line = end < 0 ? text : text[..end];
        if (line.Length > LongestLine) return null;
        return (Odd(line) ?? Comment(line) ?? NoBlank(line) ?? Equals(line))?.Fault;
    }

    public static Fault CommentFault(string text)
    {
        // What follows up to a quote may be the next key of a JSON file.
        var words = text.TrimStart('/', '*', ' ').Split('\n', '"')[0].Trim('*', '/', ' ');
        return new(
            "a comment starts with # here, not with // or /*",
            words.Length is 0 or > LongestValue ? "write #" : $"write # {Quoted.Short(words)}"
        );
    }

    private static (int At, Fault Fault)? Section(string line)
    {
        var text = line.Trim();
        if (text is not ['[', .., ']']) return null;
        var name = text.Trim('[', ']', ' ');
        return ConfigDescription.Root.Find(name.Split('.')[0]) is null
            ? null
            : (
                line.IndexOf('['),
                new(
                    "is a section as TOML and INI files have it",
                    $"write {name.Replace(".", ": ", StringComparison.Ordinal)}: and its keys below it, indented"
                )
            );
    }

    private static (int At, Fault Fault)? Odd(string line)
    {
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quote != '\0') quote = c == quote ? '\0' : quote;
            else if (c is '"' or '\'' && (i == 0 || line[i - 1] is ' ' or '[' or '{' or ',' or ':')) quote = c;
            else if (c == '#' && (i == 0 || line[i - 1] == ' ')) return null;
            else if (c > '~' && Rune.TryGetRuneAt(line, i, out var rune) && OddCharacters.IsTypography(rune))
            {
                var plain = OddCharacters.Plain(line).Trim();
                if (OddCharacters.Plain(rune.ToString()) == ":")
                    plain = plain.Replace(": ", ":", StringComparison.Ordinal).Replace(":", ": ", StringComparison.Ordinal).Trim();
                // What YAML takes for one line may hold a line feed.
                var cure = plain.Length > LongestValue || plain.Contains('\n') ? "type it anew" : $"write {plain}";
                return (i, new($"has {OddCharacters.Describe(rune)}", cure));
            }
        }
        return null;
    }

    private static (int At, Fault Fault)? Comment(string line)
    {
        var start = line.Length - line.TrimStart().Length;
        if (line.AsSpan(start).StartsWith("//") || line.AsSpan(start).StartsWith("/*")) return (start, CommentFault(line[start..]));
        var at = OutsideOfQuotes(line, " //") is >= 0 and var found ? found : OutsideOfQuotes(line, " /*");
        return at < 0 ? null : (at + 1, CommentFault(line[(at + 1)..]));
    }

    private static (int At, Fault Fault)? Variable(string line)
    {
        var at = OutsideOfQuotes(line, "${");
        return at < 0 || ShellHabit.In(line[at..], tilde: false) is not { } words
            ? null
            : (at, new($"{words} is not replaced: variables of the environment mean nothing in this file", "write the value itself"));
    }

    /// <summary><c>command: "my prog" --flag</c>, <c>message: 'It's done'</c>.</summary>
    private static (int At, Fault Fault)? AfterQuote(string line)
    {
        var (key, at) = ValueOf(line);
        if (at >= line.Length || line[at] is not ('"' or '\'')) return null;
        var quote = line[at];
        var end = at + 1;
        while (end < line.Length && (line[end] != quote || (quote == '\'' && end + 1 < line.Length && line[end + 1] == quote)))
            end += (quote == '"' && line[end] == '\\') || line[end] == quote ? 2 : 1;
        if (end >= line.Length - 1) return null;
        var rest = line[(end + 1)..];
        if (rest.TrimStart() is "" or [',' or ']' or '}' or ':' or '#', ..]) return null;
        return (end + 1, new($"has text after the closing quote: {Quoted.Short(rest.Trim())}", Whole(key, line[at..])));
    }

    /// <summary><c>path_pattern: [a-z]*.ts</c>, <c>command: [ -f x ] &amp;&amp; y</c>.</summary>
    private static (int At, Fault Fault)? AfterBracket(string line)
    {
        var (key, at) = ValueOf(line);
        if (at >= line.Length || line[at] is not ('[' or '{')) return null;
        var close = line.IndexOf(line[at] == '[' ? ']' : '}', at);
        if (close < 0 || close == line.Length - 1) return null;
        var rest = line[(close + 1)..].TrimStart();
        if (rest is "" or [',' or ']' or '}' or ':' or '#', ..])
            return null;
        return (
            at,
            new(
                $"starts with {line[at]}, which YAML reads as a {(line[at] == '[' ? "list" : "map")}, and has text behind it",
                Whole(key, line[at..])
            )
        );
    }

    /// <summary><c>size: >= 10</c>: a block of text for YAML.</summary>
    private static (int At, Fault Fault)? Block(string line)
    {
        var (key, at) = ValueOf(line);
        if (at >= line.Length - 1 || line[at] is not ('>' or '|') || line[(at + 1)..].Trim() is "" or "-" or "+" or ['#', ..]) return null;
        return (at, new($"starts with {line[at]}, which begins a block of text in YAML", Whole(key, line[at..])));
    }

    private static (int At, Fault Fault)? NoBlank(string line)
    {
        for (var at = 0; at < line.Length;)
        {
            if (!char.IsAsciiLetter(line[at]))
            {
                at++;
                continue;
            }
            var end = at;
            while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || line[end] is '_' or '-')) end++;
            var name = line[at..end];
            var starts = at == 0 || line[at - 1] is ' ' or '{' or ',';
            if (starts && end + 1 < line.Length && line[end] == ':' && line[end + 1] is not (' ' or '\t') && KnownKeys.Contains(name))
            {
                var stop = line.AsSpan(end).IndexOfAny(',', '}', ' ');
                var value =
                    line[end + 1] is '{' or '[' ? $"{line[end + 1]}…"
                    : stop < 0 ? line[(end + 1)..]
                    : line[(end + 1)..(end + stop)];
                return (end, new($"lacks the blank after the colon of {name}:", $"write {name}: {Quoted.Short(value)}"));
            }
            at = end + 1;
        }
        return null;
    }

    /// <summary><c>command: echo a: b</c>, and <c>watch: enabled: true</c>.</summary>
    private static (int At, Fault Fault)? SecondColon(string line)
    {
        var (key, at) = ValueOf(line);
        if (key.Length == 0 || at >= line.Length || line[at] is '"' or '\'' or '[' or '{' or '#' or '&' or '*') return null;
        var comment = line.IndexOf(" #", at, StringComparison.Ordinal);
        var value = (comment < 0 ? line[at..] : line[at..comment]).TrimEnd();
        var colon =
            value.IndexOf(": ", StringComparison.Ordinal) is >= 0 and var found ? found
            : value.EndsWith(':') ? value.Length - 1
            : -1;
        if (colon < 0)
            return null;
        return KnownKeys.Contains(value[..colon]) && KnownKeys.Contains(key)
            ? (at, new($"has the keys {key} and {value[..colon]} in one line", $"write {Quoted.Short(value)} in the next line, indented"))
            : (at + colon, new("has a ':' in a value without quotes, which YAML reads as a key", Whole(key, value)));
    }

    private static (int At, Fault Fault)? Equals(string line)
    {
        var text = line.TrimStart(' ', '-');
        var start = line.Length - text.Length;
        var at = text.IndexOf('=');
        if (at <= 0) return null;
        var name = text[..at].TrimEnd();
        return KnownKeys.Contains(name)
            ? (start + at, new($"has = after {name}", $"write {name}: {Quoted.Short(text[(at + 1)..].Trim().Split(' ')[0])}"))
            : null;
    }

    private static (int At, Fault Fault)? Ending(string line)
    {
        var text = line.TrimEnd();
        return text.Length > 0 && text[^1] is ';' && !text.Contains('"') ? (text.Length - 1, new("ends with ;", "remove it")) : null;
    }

    /// <summary>The key of a block line and where its value begins; without a key, where the text begins behind its dashes.</summary>
    private static (string Key, int At) ValueOf(string line)
    {
        var at = 0;
        while (at < line.Length && (line[at] == ' ' || (line[at] == '-' && at + 1 < line.Length && line[at + 1] == ' '))) at++;
        var colon = line.IndexOf(": ", at, StringComparison.Ordinal);
        if (colon < 0 || line.AsSpan(at, colon - at).ContainsAny(NoKey)) return ("", at);
        var value = colon + 1;
        while (value < line.Length && line[value] == ' ') value++;
        return (line[at..colon], value);
    }

    private static string Whole(string key, string value)
    {
        var text = value.TrimEnd();
        if (text.Length > LongestValue)
            return "put the whole value in single quotes, each ' in it doubled";
        var quoted =
            text.Contains('\'') || text.Contains('"') || text.Contains('\\')
                ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'"
                : $"\"{text}\"";
        // A value that was meant to be in quotes from end to end keeps only the outer ones.
        if (text.Length > 2 && text[0] == text[^1] && text[0] is '\'' && !text.Contains('"') && !text.Contains('\\'))
            quoted = $"\"{text[1..^1]}\"";
        return key.Length == 0 ? $"write {quoted}" : $"write {key}: {quoted}";
    }

    private static int OutsideOfQuotes(string line, string what)
    {
        for (var at = line.IndexOf(what, StringComparison.Ordinal); at >= 0; at = line.IndexOf(what, at + 1, StringComparison.Ordinal))
        {
            var before = line.AsSpan(0, at);
            if (before.Count('"') % 2 == 0 && before.Count('\'') % 2 == 0 && !before.Contains('#')) return at;
        }
        return -1;
    }
}
