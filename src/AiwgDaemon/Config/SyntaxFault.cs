using YamlDotNet.Core;

namespace AiwgDaemon.Config;

/// <summary>Puts the YAML parser's complaints into words that say what to do, at the place where the eye should go.</summary>
internal static class SyntaxFault
{
    public static (Place Place, Fault Fault) Of(string text, YamlException error, Place last)
    {
        var place = error.Start.Line > 0 ? new Place((int)error.Start.Line, (int)error.Start.Column) : last;
        var at = error.Start.Index is >= 0 and var index && index < text.Length ? text[(int)index] : '\0';
        var message = error.Message;
        if (message.Contains("tab", StringComparison.OrdinalIgnoreCase) && FirstTab(text, place) is { } tab)
            return (tab, new("is indented with a tab, which YAML does not allow", "use spaces"));
        if (at != '\t' && LacksQuotes(message) && UnquotedValue.Mend(text, error.Start) is { } mended)
            return (place, new($"a value cannot start with {mended[mended.IndexOfAny(['"', '\'']) + 1]}", $"write {mended} in quotes"));
        if (Habit(text, error, place) is { } habit) return habit;
        if (message.Contains("cannot start any token", StringComparison.Ordinal))
            return at == '\t'
                ? (place, new("is indented with a tab, which YAML does not allow", "use spaces"))
                : (place, new($"a value cannot start with {at}", "put the value in quotes"));
        if (message.Contains("quoted scalar", StringComparison.Ordinal) && message.Contains("end of stream", StringComparison.Ordinal))
            return (place, new("the quote that opens here is never closed", $"close it with {at}"));
        if (message.Contains("escape", StringComparison.OrdinalIgnoreCase) || message.Contains("hexadecimal", StringComparison.Ordinal))
            return (place, Escape(text, error));
        if (message.Contains("invalid mapping", StringComparison.Ordinal))
            return (place, new("a ':' follows where no key can be", "quote a value that has ': ' in it, and check the indentation"));
        if (message.Contains("expected ',' or ']'", StringComparison.Ordinal))
            return (
                place,
                new("the list that opens with [ is not closed or lacks a comma", "put a comma between entries and ] at the end")
            );
        if (message.Contains("expected ',' or '}'", StringComparison.Ordinal))
            return (place, new("the map that opens with { is not closed or lacks a comma", "put a comma between entries and } at the end"));
        if (message.Contains("expected key", StringComparison.Ordinal))
            return (place, new("the indentation does not fit the lines above", "give keys of one map the same number of spaces"));
        if (message.Contains("expected '-'", StringComparison.Ordinal))
            return (place, new("a line of a list does not start with '-'", "indent it, or start it with '- '"));
        if (message.Contains("could not find expected ':'", StringComparison.Ordinal))
            return (place, new("a key has no ':'", "write key: value"));
        if (message.Contains("block sequence entries", StringComparison.OrdinalIgnoreCase))
            return (
                place,
                new("a list cannot begin in the line of its key", "put each '- ' in a line of its own, indented, or write [a, b]")
            );
        return (place, new($"is not valid YAML: {Quoted.Short(message.TrimEnd('.').ReplaceLineEndings(" "))}"));
    }

    /// <summary>The line itself, or one before it that YAML went on with.</summary>
    private static (Place, Fault)? Habit(string text, YamlException error, Place place)
    {
        foreach (var (number, line) in TextLines.Before(text, error.Start.Index, place.Line))
            if (LineHabits.Of(line) is var (at, fault)) return (new(number, at + 1), fault);
        return null;
    }

    private static Fault Escape(string text, YamlException error)
    {
        const string Rule = "a backslash in double quotes starts an escape";
        foreach (var (_, line) in TextLines.Before(text, error.Start.Index, int.MaxValue))
        {
            var open = line.IndexOf('"');
            for (; open >= 0; open = line.IndexOf('"', open + 1))
                if (line.IndexOf('"', open + 1) is > 0 and var close && line.AsSpan(open, close - open).Contains('\\') && close - open < 80)
                    return new($"has an escape that YAML does not know: {Rule}", $"use single quotes: '{line[(open + 1)..close]}'");
            break;
        }
        return new($"has an escape that YAML does not know: {Rule}", "write \\\\ for a backslash, or use single quotes");
    }

    private static bool LacksQuotes(string message) =>
        message.Contains("cannot start any token", StringComparison.Ordinal)
        || message.Contains("anchor or alias", StringComparison.Ordinal);

    /// <summary>The parser names the start of the map; the tab itself is what one looks for.</summary>
    private static Place? FirstTab(string text, Place from)
    {
        var line = 1;
        var rest = text.AsSpan();
        while (rest.Length > 0)
        {
            var end = rest.IndexOfAny('\r', '\n');
            var current = end < 0 ? rest : rest[..end];
            var indentation = current[..^current.TrimStart(" \t").Length];
            if (line >= from.Line && indentation.Contains('\t')) return new(line, indentation.IndexOf('\t') + 1);
            if (end < 0) break;
            rest = rest[(rest[end..].StartsWith("\r\n") ? end + 2 : end + 1)..];
            line++;
        }
        return null;
    }
}
