using System.Runtime.CompilerServices;

namespace AiwgDaemon.Sources.Cron;

/// <summary>
/// Reads the fields of an expression from left to right into masks. Grammar of a field: items separated by commas, an item
/// is <c>*</c>, <c>N</c> or <c>N-M</c>, each with an optional <c>/step</c>; <c>N/step</c> runs to the field's last value.
/// Nothing is allocated unless there is an error; after one the masks mean nothing.
/// </summary>
internal ref struct CronParser(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    /// <summary>What is wrong and what to write, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>The values of the next field as bits; <paramref name="star"/> tells whether it starts with an asterisk.</summary>
    public ulong Read(CronField field, out bool star)
    {
        star = false;
        if (Error is not null) return 0;
        // Locals instead of fields, and the two commonest forms, * and a small number, without a call: most fields are these.
        var all = _text;
        var at = _at;
        while (at < all.Length && IsBlank(all[at])) at++;
        _at = at;
        if (at < all.Length)
        {
            var value = all[at] - '0';
            star = all[at] == '*';
            if (++at == all.Length || IsBlank(all[at]))
            {
                if (star || (value >= field.First && value <= Math.Min(9, field.Last)))
                {
                    _at = at;
                    return star ? field.All : 1UL << value;
                }
            }
        }
        var mask = 0UL;
        do mask |= ReadItem(field);
        while (Error is null && Take(','));
        if (Error is null && _at < _text.Length && !IsBlank(_text[_at])) Error = CronErrors.Unexpected(field, _text, _at);
        return mask;
    }

    /// <summary>Nothing but blanks may follow the last field.</summary>
    public void ReadEnd()
    {
        SkipBlanks();
        if (Error is null && _at < _text.Length) Error = CronErrors.WrongCount(_text);
    }

    private ulong ReadItem(CronField field)
    {
        var start = _at;
        int low, high;
        var open = false;
        if (Take('*')) (low, high) = (field.First, field.Last);
        else
        {
            low = high = ReadValue(field);
            if (Error is not null) return 0;
            if (Take('-')) high = ReadRangeEnd(field, start, low);
            else open = true;
        }
        var step = 1;
        if (Error is null && Take('/'))
        {
            step = ReadStep(field);
            if (open) high = field.Last;
        }
        return Error is null ? Mask(low, high, step) : 0;
    }

    private int ReadRangeEnd(CronField field, int start, int low)
    {
        var at = _at;
        var high = ReadValue(field);
        if (Error is not null || low <= high) return high;
        // Sunday closes a week as well as it opens one: MON-SUN.
        if (field == CronField.DayOfWeek && high == 0 && !char.IsAsciiDigit(_text[at])) return 7;
        Error = CronErrors.Reversed(field, _text[start.._at], start, low, high);
        return high;
    }

    private static ulong Mask(int low, int high, int step)
    {
        if (step == 1) return (ulong.MaxValue >> (63 - high)) & (ulong.MaxValue << low);
        var mask = 0UL;
        for (var value = low; value <= high; value += step) mask |= 1UL << value;
        return mask;
    }

    private int ReadValue(CronField field)
    {
        var start = _at;
        if (TryReadNumber(out var value))
        {
            if (value < field.First || value > field.Last) Error = CronErrors.OutOfRange(field, _text[start.._at], start);
            return value;
        }
        while (_at < _text.Length && char.IsAsciiLetter(_text[_at])) _at++;
        value = _at > start ? field.ValueOf(_text[start.._at]) : -1;
        if (value < 0)
        {
            Error = _at > start ? CronErrors.UnknownName(field, _text[start.._at], start) : CronErrors.Unexpected(field, _text, start);
            return 0;
        }
        return value;
    }

    private int ReadStep(CronField field)
    {
        var start = _at;
        if (!TryReadNumber(out var step)) Error = CronErrors.NoStep(field, start);
        else if (step < 1 || step > field.Last) Error = CronErrors.StepOutOfRange(field, _text[start.._at], start);
        return step;
    }

    // Numbers too large for any field stay too large instead of wrapping.
    private bool TryReadNumber(out int value)
    {
        var all = _text;
        var at = _at;
        var number = 0;
        for (; at < all.Length; at++)
        {
            var digit = (uint)(all[at] - '0');
            if (digit > 9) break;
            if (number < 1000) number = (number * 10) + (int)digit;
        }
        value = number;
        var any = at > _at;
        _at = at;
        return any;
    }

    private bool Take(char wanted)
    {
        if (_at >= _text.Length || _text[_at] != wanted) return false;
        _at++;
        return true;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && IsBlank(_text[_at])) _at++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsBlank(char c) => c == ' ' || (c < ' ' && c is '\t' or '\n' or '\r');
}
