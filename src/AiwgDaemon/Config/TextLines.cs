namespace AiwgDaemon.Config;

/// <summary>Lines of a text around a place, found from there and not from the beginning: a hostile file has many.</summary>
internal static class TextLines
{
    private const int LongestLine = 2000;
    private const int MostBefore = 3;

    /// <summary>The line of the place, and then up to three before it that are not blank, each with its number. Long lines are left out.</summary>
    public static IEnumerable<(int Number, string Line)> Before(string text, long index, int number)
    {
        var end = (int)Math.Clamp(index, 0, text.Length);
        while (end < text.Length && text[end] is not ('\n' or '\r')) end++;
        for (var shown = 0; shown <= MostBefore && number > 0;)
        {
            var start = end;
            while (start > 0 && text[start - 1] is not ('\n' or '\r')) start--;
            var line = text.AsSpan(start, end - start);
            if (line.Length <= LongestLine && !line.IsWhiteSpace())
            {
                shown++;
                yield return (number, line.ToString());
            }
            if (start == 0) yield break;
            number--;
            end = start - (start > 1 && text[start - 1] == '\n' && text[start - 2] == '\r' ? 2 : 1);
        }
    }

    /// <summary>The first line that git left of a conflict: <c>&lt;&lt;&lt;&lt;&lt;&lt;&lt; HEAD</c>, <c>=======</c>, <c>&gt;&gt;&gt;&gt;&gt;&gt;&gt; branch</c>.</summary>
    public static (int Number, string Mark)? Conflict(string text)
    {
        const int Length = 7;
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.Length < Length || line[0] is not ('<' or '=' or '>' or '|') || line[..Length].ContainsAnyExcept(line[0])) continue;
            if (line.Length == Length || line[Length] == ' ') return (number, line[..Length].ToString());
        }
        return null;
    }
}
