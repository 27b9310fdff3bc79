using System.Text;

namespace AiwgDaemon.Config;

/// <summary>Finds what a shell would replace and this file does not: <c>~/src</c>, <c>$HOME</c>, <c>${HOME}</c>, <c>%APPDATA%</c>,
/// <c>$(pwd)</c>. Pure.</summary>
internal static class ShellHabit
{
    private const int MostNamed = 3;

    /// <summary>How far a text is looked at, in characters: a hostile file may use megabytes through many aliases.</summary>
    public const int LongestText = 4096;

    /// <summary>As words for a message: <c>$HOME and $PATH</c>; null if there is nothing of the kind.</summary>
    /// <param name="text">As written.</param>
    /// <param name="tilde">Whether <c>~</c> at the start counts, and after <c>=</c> or <c>:</c>.</param>
    public static string? In(string text, bool tilde)
    {
        var found = new List<string>();
        foreach (var (start, length) in Tokens(text, tilde))
            if (text.Substring(start, length) is var token && !found.Contains(token) && found.Count <= MostNamed) found.Add(token);
        return found.Count switch
        {
            0 => null,
            1 => Quoted.Short(found[0]),
            _ => Quoted.Short(
                string.Join(", ", found.Take(Math.Min(found.Count, MostNamed) - 1))
                    + (found.Count > MostNamed ? " and others" : $" and {found[Math.Min(found.Count, MostNamed) - 1]}")
            ),
        };
    }

    /// <summary>What a shell would make of it; null if one of its variables is not set or cannot be known.</summary>
    public static string? Replaced(string text, bool tilde, Func<string, string?> environment)
    {
        var result = new StringBuilder();
        var from = 0;
        foreach (var (start, length) in Tokens(text, tilde))
        {
            var token = text.AsSpan(start, length);
            var name = token is "~" ? "HOME" : token.Trim("${}%").ToString();
            if (token is ['~', _, ..] || SecretWords.Matches(name) || environment(name) is not { Length: > 0 } value) return null;
            result.Append(text, from, start - from).Append(value);
            from = start + length;
        }
        return result.Append(text, from, text.Length - from).ToString();
    }

    private static IEnumerable<(int Start, int Length)> Tokens(string text, bool tilde)
    {
        for (var i = 0; i < Math.Min(text.Length, LongestText); i++)
        {
            var length = text[i] switch
            {
                '~' when tilde && (i == 0 || text[i - 1] is '=' or ':') => Tilde(text, i),
                '$' when i != 1 || text[0] != '~' => Variable(text, i),
                '%' => Percent(text, i),
                _ => 0,
            };
            if (length == 0) continue;
            yield return (i, length);
            i += length - 1;
        }
    }

    // ~, ~/x, ~name/x; not ~$a.docx and ~lock.x#, which are names of files.
    private static int Tilde(string text, int at)
    {
        var end = at + 1;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-')) end++;
        return end == at + 1 ? end == text.Length || text[end] is '/' or ':' ? 1 : 0 : end < text.Length && text[end] == '/' ? end - at : 0;
    }

    private static int Variable(string text, int at)
    {
        if (at + 1 >= text.Length) return 0;
        if (text[at + 1] == '(') return text.IndexOf(')', at) is > 0 and var closed ? closed - at + 1 : 0;
        var braced = text[at + 1] == '{';
        var name = at + (braced ? 2 : 1);
        var end = name;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
        if (end == name || char.IsAsciiDigit(text[name])) return 0;
        return !braced ? end - at : text.IndexOf('}', end) is > 0 and var close ? close - at + 1 : 0;
    }

    // A name of Windows; %H%M of a date format is none.
    private static int Percent(string text, int at)
    {
        var end = at + 1;
        while (end < text.Length && (char.IsAsciiLetterUpper(text[end]) || text[end] is '_')) end++;
        return end - at > 3 && end < text.Length && text[end] == '%' ? end - at + 1 : 0;
    }
}
