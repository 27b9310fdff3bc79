using System.Buffers;
using System.Text;

namespace AiwgDaemon.Config;

/// <summary>Writes values as YAML on one line, quoted only if they must be.</summary>
internal static class YamlText
{
    private static readonly SearchValues<char> Harmless =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-");

    public static string Scalar(ScalarNode node) => node.Plain ? node.Text : Text(node.Text);

    public static string Text(string text)
    {
        if (text.Length > 0 && text[0] != '-' && !text.AsSpan().ContainsAnyExcept(Harmless) && CoreSchema.KindOf(text) == "text")
            return text;
        var builder = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                builder.Append('\\').Append(c);
            else if (c == '\n')
                builder.Append("\\n");
            else if (c < ' ' || (c > '~' && (char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF')))
                builder.Append($"\\u{(int)c:x4}");
            else
                builder.Append(c);
        }
        return builder.Append('"').ToString();
    }

    /// <summary>A list of words in brackets.</summary>
    public static string List(ListNode list) => $"[{string.Join(", ", list.Items.OfType<ScalarNode>().Select(Scalar))}]";
}
