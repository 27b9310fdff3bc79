using System.Text;

namespace AiwgDaemon.Mcp;

/// <summary>A text with places <c>{{name}}</c> that get values. What is no plain name within the braces is text.</summary>
internal sealed class PromptText(string text)
{
    /// <summary>Each name once, in the order of the text.</summary>
    public IReadOnlyList<string> Names => [.. Places().Select(place => place.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>The first heading; null if it does not begin with one.</summary>
    public string? Heading
    {
        get
        {
            var first = text.AsSpan().TrimStart();
            var line = first[..(first.IndexOf('\n') is >= 0 and var end ? end : first.Length)].Trim();
            return line.StartsWith("#") ? line.TrimStart('#').Trim().ToString() : null;
        }
    }

    /// <summary>A value is put in as it is: braces in it are text.</summary>
    public string With(Func<string, string> value)
    {
        var (filled, at) = (new StringBuilder(), 0);
        foreach (var (name, from, to) in Places())
        {
            filled.Append(text, at, from - at).Append(value(name));
            at = to;
        }
        return filled.Append(text, at, text.Length - at).ToString();
    }

    private IEnumerable<(string Name, int From, int To)> Places()
    {
        for (var at = 0; (at = text.IndexOf("{{", at, StringComparison.Ordinal)) >= 0; )
        {
            var end = text.IndexOf("}}", at + 2, StringComparison.Ordinal);
            if (end < 0) yield break;
            var name = text[(at + 2)..end].Trim();
            if (name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            {
                yield return (name, at, end + 2);
                at = end + 2;
            }
            else at += 2;
        }
    }
}
