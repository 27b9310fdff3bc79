using System.Text;

namespace AiwgDaemon.Config;

/// <summary>Paths of keys as messages show them: <c>watch.paths[1].events</c>.</summary>
internal static class KeyPath
{
    /// <summary>Steps are keys or indexes; a null step ends the path.</summary>
    public static string Of(IEnumerable<object?> steps)
    {
        var path = "";
        foreach (var step in steps)
        {
            if (step is null) break;
            path = step is int index ? Item(path, index) : Key(path, (string)step);
        }
        return path;
    }

    public static string Key(string path, string key)
    {
        var shown =
            key.Length > 0 && key.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '$' or '/' or ':')
                ? Quoted.Short(key)
                : Quoted.Text(key);
        return path.Length == 0 ? shown : $"{path}.{shown}";
    }

    public static string Item(string path, int index) => $"{path}[{index}]";
}

/// <summary>Words of the file in messages: never long, never with control characters.</summary>
internal static class Quoted
{
    private const int Most = 60;

    /// <summary>In double quotes.</summary>
    public static string Text(string text) => $"\"{Short(text)}\"";

    /// <summary>Cut, and otherwise as it is: for text that is one line of the file already. Text of several lines is escaped.</summary>
    public static string Cut(ReadOnlySpan<char> text) =>
        text.Contains('\n') ? Short(text.ToString()) : text.Length <= Most ? text.ToString() : $"{text[..Most]}…";

    /// <summary>Cut and escaped.</summary>
    public static string Short(string text)
    {
        var builder = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, Most)))
        {
            if (c is '"' or '\\')
                builder.Append('\\').Append(c);
            else if (c == '\n')
                builder.Append("\\n");
            else if (c == '\t')
                builder.Append("\\t");
            else if (
                char.IsControl(c)
                || char.IsSurrogate(c)
                || c is '\u2028' or '\u2029'
                || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format
            )
                builder.Append($"\\u{(int)c:x4}");
            else
                builder.Append(c);
        }
        return text.Length > Most ? builder.Append('…').ToString() : builder.ToString();
    }
}
