using System.Globalization;
using System.Text;
using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config.Migration;

/// <summary>Nodes of an old file as YAML on one line, as a comment, and as words that ours takes. Pure.</summary>
internal static class OldText
{
    private const int LongestLine = 1000;

    /// <summary>Stands for a value that may be a secret: the new file is committed.</summary>
    public const string InOldFile = "(see the old file)";

    // A name of one of these holds what does not belong into a file.
    private static readonly string[] Secrets = ["secret", "token", "password", "apikey", "authorization"];

    public static string Flow(ConfigNode node) => Flow(node, static text => text);

    /// <param name="node">The value.</param>
    /// <param name="text">Makes another text of each text in it.</param>
    public static string Flow(ConfigNode node, Func<string, string> text) =>
        node switch
        {
            ScalarNode scalar => scalar.Plain && CoreSchema.KindOf(scalar.Text) != "text"
                ? scalar.Text.Length == 0
                    ? "null"
                    : scalar.Text
                : YamlText.Text(text(scalar.Text)),
            ListNode list => $"[{string.Join(", ", list.Items.Select(item => Flow(item, text)))}]",
            MapNode map => $"{{{string.Join(", ", map.Entries.Select(e => $"{YamlText.Text(e.Key)}: {Flow(e.Value, text)}"))}}}",
            _ => "",
        };

    /// <summary>The value as the key wants it, so far as only its spelling differs: a number or boolean in quotes.</summary>
    public static string Flow(ConfigNode node, Shape? shape) =>
        node is ScalarNode { Plain: false } scalar
        && (
            (shape is NumberShape && CoreSchema.TryNumber(scalar.Text, out _))
            || (shape is BooleanShape && CoreSchema.IsBoolean(scalar.Text))
        )
            ? scalar.Text
            : Flow(node);

    /// <summary>For a comment: what was there, but for secrets.</summary>
    public static string Was(ConfigNode node) =>
        node switch
        {
            ListNode list => $"[{string.Join(", ", list.Items.Select(Was))}]",
            MapNode map => $"{{{string.Join(", ", map.Entries.Select(Was))}}}",
            _ => Flow(node),
        };

    private static string Was(MapEntry entry) =>
        $"{YamlText.Text(entry.Key)}: {(IsHidden(entry.Key) && entry.Value is ScalarNode ? InOldFile : Was(entry.Value))}";

    // The address of a chat's webhook is a secret as good as any.
    private static bool IsHidden(string key) => IsSecret(key) || key.EndsWith("url", StringComparison.OrdinalIgnoreCase);

    public static bool IsSecret(string key)
    {
        var plain = key.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return !plain.EndsWith("env", StringComparison.OrdinalIgnoreCase)
            && Secrets.Any(word => plain.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Lines that YAML takes behind <c>#</c>: nothing that ends a line or is not to be seen, and none too long.</summary>
    public static IEnumerable<string> CommentLines(string text)
    {
        var line = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsSurrogatePair(text, i))
                line.Append(c).Append(text[++i]);
            else if (
                char.IsControl(c)
                || char.IsSurrogate(c)
                || char.GetUnicodeCategory(c)
                    is UnicodeCategory.Format
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
                        or UnicodeCategory.OtherNotAssigned
            )
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else line.Append(c);
            if (line.Length < LongestLine) continue;
            yield return line.ToString();
            line.Clear().Append("  ");
        }
        if (line.Length > 0) yield return line.ToString();
    }

    /// <summary>A name with the characters that an id may have, and that no other has.</summary>
    public static string Id(string? text, string otherwise, HashSet<string> taken)
    {
        var id = string.Concat((text ?? "").Take(80).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));
        if (id.Length == 0) id = otherwise;
        for (var (number, plain) = (2, id); !taken.Add(id); number++) id = $"{plain}-{number}";
        return id;
    }

    /// <summary><c>debounceMs</c> as <c>debounce_ms</c>.</summary>
    public static string Snake(string key)
    {
        var text = new StringBuilder(key.Length + 4);
        foreach (var c in key.Replace('-', '_'))
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0 && text[^1] != '_') text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }

    /// <summary>A regular expression as text with <c>*</c>; null if it says more than that.</summary>
    public static string? Wildcard(string regex)
    {
        var text = new StringBuilder(regex.StartsWith('^') ? "" : "*");
        for (var i = regex.StartsWith('^') ? 1 : 0; i < regex.Length; i++)
        {
            var c = regex[i];
            if (c == '$' && i == regex.Length - 1) return text.ToString();
            if (c == '.' && i + 1 < regex.Length && regex[i + 1] == '*')
            {
                if (text.Length == 0 || text[^1] != '*') text.Append('*');
                i++;
            }
            else if (c == '\\' && i + 1 < regex.Length && !char.IsAsciiLetterOrDigit(regex[i + 1]) && regex[i + 1] != '*')
                text.Append(regex[++i]);
            // What stands before a quantifier is not just itself.
            else if (
                (char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or ' ' or ':' or '@' or '#' or '=' or ',')
                && !(i + 1 < regex.Length && regex[i + 1] is '*' or '+' or '?' or '{')
            )
                text.Append(c);
            else
                return null;
        }
        return text.Length > 0 && text[^1] == '*' ? text.ToString() : text.Append('*').ToString();
    }
}
