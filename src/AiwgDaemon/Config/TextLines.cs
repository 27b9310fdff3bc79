namespace AiwgDaemon.Config;

/// <summary>Lines of a text around a place, found from there and not from the beginning: a hostile file has many.</summary>
internal static class TextLines
{
    private const int LongestLine = 2000;
    private const int MostBefore = 3;

    /// <summary>The line of the place, and then up to three before it that are not blank, each with its number. Long lines are left
    /// out.</summary>
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

    /// <summary>The first line that git left of a conflict: <c>&lt;&lt;&lt;&lt;&lt;&lt;&lt; HEAD</c>, <c>=======</c>,
    /// <c>&gt;&gt;&gt;&gt;&gt;&gt;&gt; branch</c>.</summary>
    public static (int Number, string Mark)? Conflict(string text)
    {
        (int At, string Mark)? first = null;
        foreach (var mark in (ReadOnlySpan<string>)["<<<<<<<", "=======", ">>>>>>>", "|||||||"])
            if (LineOf(text, mark) is >= 0 and var at && !(first?.At < at)) first = (at, mark);
        return first is var (place, what) ? (ConfigText.PlaceAfter(text.AsSpan(0, place)).Line, what) : null;
    }

    /// <summary>Where a line has only these signs, or these and a blank at its beginning; -1 if none has. Line by line would take ten times
    /// as long.</summary>
    private static int LineOf(string text, string mark)
    {
        for (var at = text.IndexOf(mark, StringComparison.Ordinal); at >= 0;)
        {
            var end = at + mark.Length;
            if ((at == 0 || text[at - 1] is '\n' or '\r') && (end == text.Length || text[end] is ' ' or '\n' or '\r')) return at;
            // On from the next line: a long row of signs is looked at once.
            var next = text.IndexOf('\n', at);
            at = next < 0 ? -1 : text.IndexOf(mark, next, StringComparison.Ordinal);
        }
        return -1;
    }
}
