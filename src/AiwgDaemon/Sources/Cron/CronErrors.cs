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
        return allowed;
    }

    public static string UnknownName(CronField field, ReadOnlySpan<char> word, int at)
    {
        var error = $"'{Printable(word)}' in {field.Name} at position {at + 1} is not a value: {field.Allowed}";
        if (word is "L" or "W" or "LW") return $"{error} (L and W are not supported)";
        foreach (var name in field.Names)
            if (word.Length > 1 && name.AsSpan(0, 2).Equals(word[..2], StringComparison.OrdinalIgnoreCase)) return $"{error} (write {name})";
        return error;
    }

    public static string Unexpected(CronField field, ReadOnlySpan<char> text, int at)
    {
        var place = $"in {field.Name} at position {at + 1}";
        if (at >= text.Length || CronParser.IsBlank(text[at])) return $"a value is missing {place}: {field.Allowed}";
        var error = $"'{Printable(text[at])}' {place} is not expected: {field.Allowed}";
        return text[at] switch
        {
            '?' => $"{error} (write * instead of ?)",
            '#' => $"{error} (# is not supported)",
            '-' => $"{error} (a range is written FROM-TO)",
            _ => $"{error}, lists (1,5), ranges (1-5) and steps (*/5)",
        };
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

    public static string StepOutOfRange(CronField field, ReadOnlySpan<char> step, int at) =>
        $"step {Printable(step)} in {field.Name} at position {at + 1} is out of range: 1-{field.Last}";

    /// <summary>The complaint about too few or too many fields; null where there are five.</summary>
    public static string? WrongCount(ReadOnlySpan<char> text)
    {
        var count = 0;
        var at = 0;
        while (true)
        {
            while (at < text.Length && CronParser.IsBlank(text[at])) at++;
            if (at == text.Length) break;
            var start = at;
            while (at < text.Length && !CronParser.IsBlank(text[at])) at++;
            if (++count == 6)
                return $"extra field '{Printable(text[start..at])}' at position {start + 1}, after day of week: write {Form} (there are no seconds and no years)";
        }
        return count == 5 ? null : $"{CronField.InOrder[count].Name} is missing at position {text.Length + 1}: write {Form}";
    }

    public static string UnknownMacro(ReadOnlySpan<char> text)
    {
        var error = $"'{Printable(text)}' at position 1 is not a macro: {string.Join(", ", Macros)}";
        foreach (var macro in Macros)
            if (text.Length > 1 && text[1..].StartsWith(macro.AsSpan(1, 1), StringComparison.OrdinalIgnoreCase)) return $"{error} (write {macro})";
        return text.StartsWith("@every", StringComparison.OrdinalIgnoreCase) ? $"{error} (write */N in a field)" : error;
    }

    private static string Printable(ReadOnlySpan<char> text) =>
        string.Concat(text[..Math.Min(text.Length, Longest)].ToString().Select(Printable)) + (text.Length > Longest ? "…" : "");

    private static string Printable(char c) => char.IsControl(c) || char.IsSurrogate(c) ? $"\\u{(int)c:x4}" : $"{c}";
}
