namespace AiwgDaemon.Rules;

/// <summary>A JSON document with placeholders in it.</summary>
internal static class JsonTemplate
{
    /// <summary>True if the place is inside of a string of the document; placeholders before it count as text without quotes.</summary>
    public static bool IsInString(string text, int place)
    {
        var inside = false;
        for (var i = 0; i < place; i++)
        {
            if (Placeholder.TryReadAt(text, i, out var placeholder)) i = placeholder.End - 1;
            else if (inside && text[i] == '\\') i++;
            else if (text[i] == '"') inside = !inside;
        }
        return inside;
    }
}
