using System.Text;

namespace AiwgDaemon.Rules.Values;

/// <summary>A placeholder whose value is in a word, whether the place says that it may begin with <c>-</c>, and the key that has
/// it.</summary>
internal sealed record ValueOrigin(string Name, bool AllowsDash, string Key);

/// <summary>
/// One word of a command as far as it is known before an event comes: its text without quotes, <see cref="Value"/> for each value of
/// an event, and <see cref="Unknown"/> for what only a shell can tell (a variable, a pattern, the output of a command).
/// </summary>
internal sealed record CommandWord(string Text, IReadOnlyList<ValueOrigin> Origins)
{
    public const char Value = '\uE000';

    public const char Unknown = '\uE001';

    /// <summary>Brace expansion (<c>{a,b}</c>) may make several words of it.</summary>
    public bool HasBraces { get; init; }

    public bool HasValue => Origins.Count > 0;

    public bool IsLiteral => !Text.AsSpan().ContainsAny(Value, Unknown);

    public bool BeginsWithValue => Text.Length > 0 && Text[0] == Value;

    public bool BeginsUnknown => Text.Length > 0 && Text[0] == Unknown;

    /// <summary>The values with which the argument may begin: only other values and unknown text stand before them.</summary>
    public IEnumerable<ValueOrigin> Leading
    {
        get
        {
            var next = 0;
            foreach (var c in Text)
            {
                if (c == Value) yield return Origins[next++];
                else if (c != Unknown) yield break;
            }
        }
    }

    /// <summary>A word of <c>argv</c>: no shell reads it.</summary>
    public static CommandWord Of(string text, string key)
    {
        if (!Placeholder.In(text).Any()) return new CommandWord(Plain(text), []);
        var word = new StringBuilder();
        var origins = new List<ValueOrigin>();
        var from = 0;
        foreach (var placeholder in Placeholder.In(text))
        {
            word.Append(Plain(text[from..placeholder.Start])).Append(Value);
            origins.Add(new(placeholder.Name, placeholder.AllowsDash, key));
            from = placeholder.End;
        }
        return new CommandWord(word.Append(Plain(text[from..])).ToString(), origins);
    }

    /// <summary>The part from an index on, as the attached argument of an option.</summary>
    public CommandWord From(int start) => new(Text[start..], [.. Origins.Skip(Text.AsSpan(0, start).Count(Value))]);

    /// <summary>The text with a value in place of each occurrence of a word, as <c>xargs -I</c> and <c>find -exec</c> replace it.</summary>
    public CommandWord Replace(string replaced, IReadOnlyList<ValueOrigin> values)
    {
        if (values.Count == 0 || replaced.Length == 0 || !Text.Contains(replaced, StringComparison.Ordinal)) return this;
        var parts = Text.Split(replaced);
        var origins = new List<ValueOrigin>();
        var next = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            if (i > 0) origins.AddRange(values);
            foreach (var c in parts[i])
                if (c == Value) origins.Add(Origins[next++]);
        }
        return this with { Text = string.Join(new string(Value, values.Count), parts), Origins = origins };
    }

    // The marks are characters that nobody uses; if a file has them, they are unknown text.
    private static string Plain(string text) => text.Replace(Value, Unknown);

    /// <summary><c>NAME=…</c>, <c>NAME+=…</c> or <c>NAME[…]=…</c>.</summary>
    public bool IsAssignment
    {
        get
        {
            var equals = Text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1) return false;
            var name = Text.AsSpan(0, equals).TrimEnd('+');
            if (name.IndexOf('[') is > 0 and var bracket && name[^1] == ']') name = name[..bracket];
            foreach (var c in name)
                if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
            return name.Length > 0 && !char.IsAsciiDigit(name[0]);
        }
    }
}
