using System.Text;

namespace AiwgDaemon.Sources.Watch.Ignore;

/// <summary>One line of a configuration file of git; the names of sections and keys are in lower case.</summary>
/// <param name="Section">The section, without its subsection.</param>
/// <param name="Subsection">What stands in quotes behind the section, or behind its dot; empty if nothing does.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value; null if there is no equals sign, which git takes for true.</param>
internal sealed record GitConfigEntry(string Section, string Subsection, string Key, string? Value);

/// <summary>
/// Reads the format of git-config(1): comments from # or ; on, values in quotes, escapes, lines that go on after a backslash, and keys on
/// the line of their section. Git refuses a file with a fault as a whole; here what stands before the fault is taken. Pure.
/// </summary>
internal sealed class GitConfigFile
{
    private readonly string _text;
    private int _at;

    private GitConfigFile(string text) => _text = text;

    public static List<GitConfigEntry> Parse(string text)
    {
        // A byte order mark may stand before the first line, and lines may end as on Windows.
        return [.. new GitConfigFile(text.TrimStart('\ufeff').Replace("\r\n", "\n")).Read()];
    }

    private char Current => _at < _text.Length ? _text[_at] : '\n';

    private IEnumerable<GitConfigEntry> Read()
    {
        var (section, subsection) = ("", "");
        while (_at < _text.Length)
        {
            if (char.IsWhiteSpace(Current)) _at++;
            else if (Current is '#' or ';') SkipLine();
            else if (Current == '[')
            {
                if (ReadSection() is not { } read) yield break;
                (section, subsection) = read;
            }
            else
            {
                if (!char.IsAsciiLetter(Current) || ReadKey() is not { } key) yield break;
                string? value = null;
                if (Current == '=')
                {
                    _at++;
                    if ((value = ReadValue()) is null) yield break;
                }
                yield return new GitConfigEntry(section, subsection, key, value);
            }
        }
    }

    private void SkipLine()
    {
        while (_at < _text.Length && Current != '\n') _at++;
    }

    private void SkipBlanks()
    {
        while (Current is ' ' or '\t') _at++;
    }

    private (string Section, string Subsection)? ReadSection()
    {
        var start = ++_at;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '-' or '.') _at++;
        var name = _text[start.._at].ToLowerInvariant();
        var quoted = new StringBuilder();
        SkipBlanks();
        if (Current == '"')
        {
            for (_at++; Current != '"'; _at++)
            {
                if (Current == '\\') _at++;
                if (Current == '\n') return null;
                quoted.Append(Current);
            }
            _at++;
        }
        if (Current != ']') return null;
        _at++;
        var dot = name.IndexOf('.');
        return quoted.Length > 0 || dot < 0 ? (name, quoted.ToString()) : (name[..dot], name[(dot + 1)..]);
    }

    private string? ReadKey()
    {
        var start = _at;
        while (char.IsAsciiLetterOrDigit(Current) || Current == '-') _at++;
        var key = _text[start.._at].ToLowerInvariant();
        SkipBlanks();
        return Current is '=' or '\n' or '#' or ';' ? key : null;
    }

    private string? ReadValue()
    {
        var value = new StringBuilder();
        var (quoted, end) = (false, 0);
        SkipBlanks();
        for (; Current != '\n' || quoted; _at++)
        {
            if (Current == '\n') return null;
            if (!quoted && Current is '#' or ';')
            {
                SkipLine();
                break;
            }
            if (Current == '"')
            {
                quoted = !quoted;
            }
            else if (Current == '\\')
            {
                _at++;
                if (Current == '\n' && _at < _text.Length) continue;
                if (Escaped(Current) is not { } escaped) return null;
                value.Append(escaped);
            }
            else
            {
                value.Append(Current);
                // Blanks at the end count only in quotes.
                if (!quoted && char.IsWhiteSpace(Current)) continue;
            }
            end = value.Length;
        }
        return value.ToString(0, end);
    }

    private static char? Escaped(char c) => c switch
    {
        'n' => '\n',
        't' => '\t',
        'b' => '\b',
        '"' or '\\' => c,
        _ => null,
    };
}
