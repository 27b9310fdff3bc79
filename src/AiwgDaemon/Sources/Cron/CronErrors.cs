using System.Globalization;
using System.Text;

namespace AiwgDaemon.Sources.Cron;

/// <summary>
/// Words for what can be wrong with an expression: the text, the field, the position (characters, from 1), the allowed
/// values, and what to write. They read on from the name of the thing, "cron: …".
/// </summary>
internal static class CronErrors
{
    private const string Form = "five fields, minute hour day-of-month month day-of-week";

    private const int Longest = 40;

    private static readonly string[] Macros = [.. CronField.Macros.Select(m => m.Name), "@reboot"];

    public static string Empty => $"is empty: write {Form}, or a macro such as @daily";

    public static string OutOfRange(CronField field, ReadOnlySpan<char> value, int at)
    {
        var allowed = $"{Printable(value)} in {field.Name} at position {at + 1} is out of range: {field.Allowed}";
        if (field == CronField.Minute && value is "60") return $"{allowed} (write 0 for the full hour)";
        if (field == CronField.Hour && value is "24") return $"{allowed} (write 0 for midnight)";
        if (field == CronField.DayOfMonth && value is "0") return $"{allowed} (write 1 for the first day)";
        return allowed;
    }

    public static string UnknownName(CronField field, ReadOnlySpan<char> word, int at)
    {
        var error = $"'{Printable(word)}' in {field.Name} at position {at + 1} is not a value: {field.Allowed}";
        if (CronDialects.OfWord(field, word) is { } dialect) return $"{error} ({dialect})";
        foreach (var name in field.Names)
            if (word.Length > 1 && name.AsSpan(0, 2).Equals(word[..2], StringComparison.OrdinalIgnoreCase))
                return $"{error} (write {name})";
        return error;
    }

    public static string Unexpected(CronField field, ReadOnlySpan<char> text, int at)
    {
        var place = $"in {field.Name} at position {at + 1}";
        if (at >= text.Length || CronParser.IsBlank(text[at])) return $"a value is missing {place}: {field.Allowed}";
        var error = $"'{Printable(text[at])}' {place} is not expected: {field.Allowed}";
        return CronDialects.OfCharacter(field, text[at]) is { } cure
            ? $"{error} ({cure})"
            : $"{error}, lists (1,5), ranges (1-5) and steps (*/5)";
    }

    public static string Reversed(CronField field, ReadOnlySpan<char> range, int at, int low, int high)
    {
        var named = char.IsAsciiLetter(range[0]);
        var last = field == CronField.DayOfWeek && named ? 6 : field.Last;
        var head = low == last ? field.Write(low, named) : $"{field.Write(low, named)}-{field.Write(last, named)}";
        var tail = field.First == high ? field.Write(high, named) : $"{field.Write(field.First, named)}-{field.Write(high, named)}";
        return $"range {Printable(range)} in {field.Name} at position {at + 1} is reversed: {field.Allowed} (write {head},{tail})";
    }

    public static string NoStep(CronField field, int at) =>
        $"the step is missing in {field.Name} at position {at + 1}: 1-{field.Last}, as in */5";

    public static string StepOutOfRange(CronField field, ReadOnlySpan<char> step, int at)
    {
        var error = $"step {Printable(step)} in {field.Name} at position {at + 1} is out of range: 1-{field.Last}";
        return
            int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && CronDialects.OfStep(field, count) is { } cure
            ? $"{error} ({cure})"
            : error;
    }

    /// <summary>The complaint about too few or too many fields; null if there are five.</summary>
    public static string? WrongCount(ReadOnlySpan<char> text)
    {
        var fields = text.ToString().Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length == 5) return null;
        if (fields.Length < 5)
        {
            var whole = string.Join(' ', [.. fields, .. Enumerable.Repeat("*", 5 - fields.Length)]);
            var missing = $"{CronField.InOrder[fields.Length].Name} is missing at position {text.Length + 1}: write {Form}";
            return CronExpression.TryParse(whole, out _, out _) ? $"{missing}, for instance {Printable(whole)}" : missing;
        }
        var error =
            $"extra field '{Printable(fields[5])}' at position {PositionOf(text, 5) + 1}, after day of week: write {Form} (there are no "
                + "seconds and no years)";
        // Quartz and Spring begin with seconds, Quartz may end with a year.
        if (fields.Length > 7) return error;
        var plain = string.Join(' ', fields.Skip(1).Take(5)).Replace('?', '*');
        return $"{error}; without the {(fields.Length == 6 ? "seconds" : "seconds and the year")} it is {Printable(plain)}";
    }

    /// <summary>What is wrong with the expression as a whole, if the first character that does not fit would lead astray; null if
    /// nothing is.</summary>
    public static string? WrongAsAWhole(ReadOnlySpan<char> text)
    {
        var start = text.TrimStart();
        foreach (var name in new[] { "CRON_TZ=", "TZ=" })
        {
            if (!start.StartsWith(name, StringComparison.OrdinalIgnoreCase)) continue;
            var zone = start[name.Length..];
            zone = zone[..Math.Max(zone.IndexOfAny(' ', '\t'), 0)];
            return $"{Printable(name)} has no place in it: write {Form}, and the zone beside it, timezone: "
                + $"{(zone.IsEmpty ? "Europe/Berlin" : Printable(zone))} (--timezone of cron next)";
        }
        for (var i = 0; i < text.Length; i++)
            if (text[i] > '~' && char.IsWhiteSpace(text[i]) && CronDialects.OfCharacter(CronField.Minute, text[i]) is { } blank)
                return $"at position {i + 1}, {blank}";
        if (JoinedAtBlanks(text) is { } joined)
            return $"a field has a blank in it, and blanks separate fields: write {Printable(joined)}, with no blank beside a comma, - "
                + "or /";
        return text.ToString().Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Length is 6 or 7
            ? WrongCount(text)
            : null;
    }

    public static string UnknownMacro(ReadOnlySpan<char> text)
    {
        var error = $"'{Printable(text)}' at position 1 is not a macro: {string.Join(", ", Macros)}";
        if (CronDialects.OfMacro(text) is { } cure) return $"{error} ({cure})";
        // Of those that begin with m the second letter decides.
        for (var letters = 2; letters > 0; letters--)
            foreach (var macro in Macros)
                if (
                    text.Length > letters
                    && (letters > 1 || macro[1] != 'm')
                    && text[1..].StartsWith(macro.AsSpan(1, letters), StringComparison.OrdinalIgnoreCase)
                )
                    return $"{error} (write {macro})";
        return error;
    }

    // 1, 5 or 1 - 5 or */ 5: what is left of the blank and what is right of it belong together.
    private static string? JoinedAtBlanks(ReadOnlySpan<char> text)
    {
        var joined = new StringBuilder(text.Length);
        foreach (var field in text.ToString().Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            var belongs =
                joined.Length > 0
                && (",-/".Contains(joined[^1], StringComparison.Ordinal) || ",-/".Contains(field[0], StringComparison.Ordinal));
            if (joined.Length > 0 && !belongs)
                joined.Append(' ');
            joined.Append(field);
        }
        var result = joined.ToString();
        // Only what became shorter is tried again, or this would never end.
        return result.Length < text.Trim().Length && CronExpression.TryParse(result, out _, out _) ? result : null;
    }

    private static int PositionOf(ReadOnlySpan<char> text, int field)
    {
        var at = 0;
        for (var count = 0; ; count++)
        {
            while (at < text.Length && CronParser.IsBlank(text[at])) at++;
            if (count == field) return at;
            while (at < text.Length && !CronParser.IsBlank(text[at])) at++;
        }
    }

    private static string Printable(ReadOnlySpan<char> text) =>
        string.Concat(text[..Math.Min(text.Length, Longest)].ToString().Select(Printable)) + (text.Length > Longest ? "…" : "");

    private static string Printable(char c) =>
        c > '~' && !char.IsLetter(c) ? $"U+{(int)c:X4}"
        : char.IsControl(c) || char.IsSurrogate(c) ? $"\\u{(int)c:x4}"
        : $"{c}";
}
