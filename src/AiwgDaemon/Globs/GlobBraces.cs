using System.Diagnostics.CodeAnalysis;

namespace AiwgDaemon.Globs;

/// <summary>Expands <c>{a,b}</c>, nested too, into the patterns it stands for; at most 256 of them.</summary>
internal static class GlobBraces
{
    private const int MaxAlternatives = 256;

    // Groups of one member multiply nothing, but each costs a pass over the pattern.
    private const int MaxGroups = 4096;

    public static bool TryExpand(string pattern, out List<string> expanded, [NotNullWhen(false)] out string? error)
    {
        expanded = [];
        var open = new Queue<string>([pattern]);
        var groups = 0;
        while (open.TryDequeue(out var next))
        {
            if (!TryFindGroup(next, out var start, out var end, out var commas, out error)) return false;
            if (start < 0)
            {
                expanded.Add(next);
            }
            else if (commas.Count > MaxAlternatives || ++groups > MaxGroups)
            {
                error = $"stands for more than {MaxAlternatives} patterns; use fewer braces";
                return false;
            }
            else
            {
                var from = start + 1;
                foreach (var comma in commas)
                {
                    open.Enqueue(string.Concat(next.AsSpan(0, start), next.AsSpan(from, comma - from), next.AsSpan(end + 1)));
                    from = comma + 1;
                }
            }
            if (open.Count + expanded.Count <= MaxAlternatives) continue;
            error = $"stands for more than {MaxAlternatives} patterns; use fewer braces";
            return false;
        }
        error = null;
        return true;
    }

    // The first outermost group; the commas end with its closing brace.
    private static bool TryFindGroup(
        string pattern,
        out int start,
        out int end,
        out List<int> commas,
        [NotNullWhen(false)] out string? error
    )
    {
        (start, end, commas, error) = (-1, -1, [], null);
        var depth = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\':
                    i++;
                    break;
                case '[':
                    // A class may hold braces and commas; what has no end is told by the parser.
                    i = Math.Max(i, GlobParser.EndOfClass(pattern, i));
                    break;
                case '{':
                    if (depth++ == 0) start = i;
                    break;
                case ',' when depth == 1:
                    commas.Add(i);
                    break;
                case '}' when depth == 0:
                    error = "has a } without a {; write \\} for the character";
                    return false;
                case '}' when --depth == 0:
                    end = i;
                    commas.Add(i);
                    return true;
            }
        }
        if (depth > 0) error = "has a { without a }; write \\{ for the character";
        return depth == 0;
    }
}
