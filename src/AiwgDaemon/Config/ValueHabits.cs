using System.Buffers;
using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config;

/// <summary>What a value looks like that was written by the rules of another language, or copied from a text for people. Pure.</summary>
internal static class ValueHabits
{
    private const int LongestHabit = 1000;

    private static readonly SearchValues<char> OfEscapes = SearchValues.Create("\t\n\r\b\f\a\v\e");

    /// <summary>Why a value is not what it should be, if its characters tell; null if they do not.</summary>
    public static Fault? Of(ConfigNode node, string noun)
    {
        if (node is not ScalarNode scalar) return null;
        var text = scalar.Text;
        if (text.Length > LongestHabit)
            return null;
        if (OddCharacters.First(text) is { } odd)
            return new($"is {Quoted.Text(text)}, which has {odd}", $"write {Quoted.Cut(OddCharacters.Plain(text).Trim())}");
        if (ShellHabit.In(text, tilde: false) is { } words)
            return new($"is {Quoted.Text(text)}: {words} is not replaced, variables of the environment mean nothing here", $"write {noun}");
        if (text.Contains("${{", StringComparison.Ordinal))
            return new($"is {Quoted.Text(text)}: expressions of GitHub Actions mean nothing here", $"write {noun}");
        if (!scalar.Plain)
            return null;
        if (text.IndexOf(" //", StringComparison.Ordinal) is > 0 and var comment)
            return new(
                $"is {Quoted.Text(text)}: a comment starts with # here, not with //",
                $"write {Quoted.Short(text[..comment].TrimEnd())}  # {Quoted.Short(text[(comment + 3)..].Trim())}"
            );
        return text.Length > 1 && text[^1] is ',' or ';'
            ? new(
                $"ends with a {(text[^1] == ',' ? "comma" : "semicolon")}, which is part of the value here",
                $"write {Quoted.Short(text[..^1].TrimEnd())}"
            )
            : null;
    }

    /// <summary>What nobody sees in a text that is taken as it stands: invisible characters, quotes of a text processor, escapes that were
    /// none.</summary>
    public static void CheckCharacters(Findings findings, ScalarNode scalar, TextShape shape, string path)
    {
        var text = scalar.Text;
        if (text.Length > LongestHabit) return;
        if (text.Length > 2 && IsCurly(text[0]) && IsCurly(text[^1]))
        {
            var inner = text[1..^1];
            findings.Attend(
                scalar.Place,
                path,
                $"is in curly quotes, {OddCharacters.First(text, OddCharacters.IsCurlyQuote)}, which are part of the value",
                $"write {Quoted.Text(inner)} in straight quotes"
            );
        }
        // Text for people, as a message is, may have them.
        else if (shape.Check is not null || IsCode(path))
        {
            if (OddCharacters.First(text, OddCharacters.IsInvisible) is { } hidden)
                findings.Attend(
                    scalar.Place,
                    path,
                    $"has {hidden}, which counts as part of the value",
                    $"write {Quoted.Text(OddCharacters.Plain(text).Trim())}"
                );
            else if (
                shape.Check is not null
                && !scalar.Plain
                && text.AsSpan().ContainsAny(OfEscapes)
                && text.AsSpan().IndexOfAnyExceptInRange('\0', '\x20') >= 0
            )
                findings.Attend(
                    scalar.Place,
                    path,
                    $"has a control character: {Quoted.Text(text)}",
                    "a backslash in double quotes starts an escape: use / or single quotes"
                );
        }
        if (scalar.Plain && shape.Check is not null && text.Contains(" //", StringComparison.Ordinal))
            findings.Attend(
                scalar.Place,
                path,
                $"has // in it, which is part of the value: {Quoted.Text(text)}",
                "a comment starts with #"
            );
    }

    private static bool IsCurly(char c) => System.Text.Rune.TryCreate(c, out var rune) && OddCharacters.IsCurlyQuote(rune);

    private static bool IsCode(string path) =>
        path.EndsWith(".command", StringComparison.Ordinal) || path.Contains(".argv[", StringComparison.Ordinal);
}
