using System.Runtime.CompilerServices;

namespace AiwgDaemon.Sources.Cron;

/// <summary>
/// Reads the fields of an expression from left to right into masks, each character once. Grammar of a field: items separated
/// by commas, an item is <c>*</c>, <c>N</c> or <c>N-M</c>, each with an optional <c>/step</c>; <c>N/step</c> runs to the
/// field's last value. Nothing is allocated and no words are made: what is wrong is noted as a <see cref="CronFault"/>.
/// </summary>
internal static class CronParser
{
    // No field has a value of four digits: numbers that long stay as large instead of wrapping.
    private const uint TooLarge = 1000;

    /// <summary>The values of the next field as bits; <paramref name="star"/> tells whether it starts with an asterisk.</summary>
    /// <param name="at">Where the field starts, blanks before it included; afterwards the next one, or negative after a fault.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ReadOnlySpan<char> text, ref int at, CronField field, ref CronFault fault, out bool star)
    {
        // Most fields are an asterisk and one blank. A negative position is as good as one behind the end.
        if ((uint)at < (uint)text.Length && text[at] == '*' && ((uint)(at + 1) >= (uint)text.Length || text[at + 1] == ' '))
        {
            at += 2;
            star = true;
            return field.All;
        }
        at = ReadItems(text, at, field, ref fault, out var mask, out star);
        return mask;
    }

    /// <summary>Nothing but blanks may follow the last field.</summary>
    public static void ReadEnd(ReadOnlySpan<char> text, int at, ref CronFault fault)
    {
        if (at < 0 || at >= text.Length) return;
        at = SkipBlanks(text, at);
        if (at < text.Length) fault.Set(CronFaultKind.ExtraField, CronField.DayOfWeek, at, at);
    }

    private static int ReadItems(ReadOnlySpan<char> text, int at, CronField field, ref CronFault fault, out ulong mask, out bool star)
    {
        (mask, star) = (0, false);
        if (at < 0) return at;
        at = SkipBlanks(text, at);
        star = At(text, at) == '*';
        while (true)
        {
            at = ReadItem(text, at, field, ref fault, out var values);
            if (at < 0) return at;
            mask |= values;
            var next = At(text, at);
            if (next == ',') at++;
            else if (next == ' ') return at + 1;
            else if (at >= text.Length || IsBlank(next)) return at;
            else return fault.Set(CronFaultKind.Unexpected, field, at, at);
        }
    }

    private static int ReadItem(ReadOnlySpan<char> text, int at, CronField field, ref CronFault fault, out ulong mask)
    {
        mask = 0;
        var start = at;
        int low = field.First, high = field.Last;
        if (At(text, at) == '*') at++;
        else
        {
            at = ReadValue(text, at, field, ref fault, out low);
            if (at < 0) return at;
            var next = At(text, at);
            if (next == '-')
            {
                at = ReadRangeEnd(text, start, at + 1, field, ref fault, low, out high);
                if (at < 0) return at;
            }
            else if (next != '/') high = low;
        }
        if (At(text, at) == '/')
        {
            at = ReadStep(text, at + 1, field, ref fault, out var step);
            if (at < 0) return at;
            mask = Every(step, low) & UpTo(high);
        }
        else mask = (ulong.MaxValue << low) & UpTo(high);
        return at;
    }

    private static int ReadRangeEnd(ReadOnlySpan<char> text, int start, int at, CronField field, ref CronFault fault, int low, out int high)
    {
        var end = ReadValue(text, at, field, ref fault, out high);
        if (end < 0 || low <= high) return end;
        // Sunday closes a week as well as it opens one: MON-SUN.
        if (field != CronField.DayOfWeek || high != 0 || char.IsAsciiDigit(text[at]))
            return fault.Set(CronFaultKind.Reversed, field, start, end, low, high);
        high = 7;
        return end;
    }

    private static int ReadValue(ReadOnlySpan<char> text, int at, CronField field, ref CronFault fault, out int value)
    {
        var start = at;
        at = ReadNumber(text, at, out var number);
        value = (int)number;
        if (at > start) return value >= field.First && value <= field.Last ? at : fault.Set(CronFaultKind.OutOfRange, field, start, at);
        // Three letters, lower-cased, in one number; of a longer word the last three, which its length gives away.
        var word = 0u;
        for (uint letter; (letter = At(text, at) | 0x20u) - 'a' <= 'z' - 'a'; at++) word = (word << 8) | letter;
        value = at - start == 3 ? field.ValueOf(word & 0xff_ffff) : -1;
        if (value >= 0) return at;
        return fault.Set(at > start ? CronFaultKind.UnknownName : CronFaultKind.Unexpected, field, start, at);
    }

    private static int ReadStep(ReadOnlySpan<char> text, int at, CronField field, ref CronFault fault, out int step)
    {
        var end = ReadNumber(text, at, out var number);
        step = (int)number;
        if (end == at) return fault.Set(CronFaultKind.NoStep, field, at, at);
        return step >= 1 && step <= field.Last ? end : fault.Set(CronFaultKind.StepOutOfRange, field, at, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadNumber(ReadOnlySpan<char> text, int at, out uint number)
    {
        number = 0;
        for (uint digit; (digit = At(text, at) - (uint)'0') <= 9; at++)
            if (number < TooLarge) number = (number * 10) + digit;
        return at;
    }

    /// <summary>Bits <paramref name="low"/>, <c>low + step</c>, <c>low + 2·step</c>, …: each round doubles how many there are.</summary>
    private static ulong Every(int step, int low)
    {
        var mask = 1UL << low;
        for (; step < 64; step *= 2) mask |= mask << step;
        return mask;
    }

    private static ulong UpTo(int high) => ulong.MaxValue >> (63 - high);

    private static int SkipBlanks(ReadOnlySpan<char> text, int at)
    {
        while ((uint)at < (uint)text.Length && IsBlank(text[at])) at++;
        return at;
    }

    // NUL stands for the end; if it is in the text it is as unexpected as any other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static char At(ReadOnlySpan<char> text, int at) => (uint)at < (uint)text.Length ? text[at] : '\0';

    /// <summary>What separates fields; any other character, a form feed, say, is part of one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsBlank(char c) => c == ' ' || (c < ' ' && c is '\t' or '\n' or '\r');
}
