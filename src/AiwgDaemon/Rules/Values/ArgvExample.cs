using System.Text;

namespace AiwgDaemon.Rules.Values;

/// <summary>Writes a command line of <see cref="ProgramTable"/> as the list that <c>argv</c> takes.</summary>
internal static class ArgvExample
{
    public static string Of(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quoted = false;
        foreach (var c in line)
        {
            if (c == '\'') quoted = !quoted;
            else if (c == '|' && !quoted) return $"type: shell, command: {line}";
            else if (c != ' ' || quoted) word.Append(c);
            else
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
        words.Add(word.ToString());
        return $"argv: [{string.Join(", ", words.Select(Yaml))}]";
    }

    private static string Yaml(string word) =>
        word.Length > 0 && word.All(static c => char.IsAsciiLetterOrDigit(c) || "/._=-+".Contains(c)) && word[0] != '-' ? word
        : word is ['-', _, ..] && word.All(static c => char.IsAsciiLetterOrDigit(c) || "._=-".Contains(c)) ? word
        : $"'{word.Replace("'", "''", StringComparison.Ordinal)}'";
}
