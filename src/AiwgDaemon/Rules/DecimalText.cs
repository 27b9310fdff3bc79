namespace AiwgDaemon.Rules;

/// <summary>
/// A number as its decimal digits, of any length and exponent: a double makes neighbours of large ids equal, a decimal ends at 7.9e28.
/// The value is 0.DIGITS × 10^<paramref name="point"/>; zero has no digits. Exponents beyond ±10^17 count as that.
/// </summary>
internal readonly ref struct DecimalText(bool negative, ReadOnlySpan<char> whole, ReadOnlySpan<char> fraction, long point)
{
    private const int MostExponentDigits = 17;

    private readonly bool _negative = negative;
    private readonly ReadOnlySpan<char> _whole = whole;
    private readonly ReadOnlySpan<char> _fraction = fraction;
    private readonly long _point = point;

    private int Length => _whole.Length + _fraction.Length;

    private char this[int index] => index >= Length ? '0' : index < _whole.Length ? _whole[index] : _fraction[index - _whole.Length];

    /// <summary>Takes JSON's numbers, and also blanks around, a plus sign, zeros before and a point at either end.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DecimalText number)
    {
        number = default;
        text = text.Trim();
        var negative = text is ['-', ..];
        if (text is ['-' or '+', ..]) text = text[1..];
        long exponent = 0;
        if (text.IndexOfAny('e', 'E') is >= 0 and var e)
        {
            if (!TryExponent(text[(e + 1)..], out exponent)) return false;
            text = text[..e];
        }
        var at = text.IndexOf('.');
        var whole = at < 0 ? text : text[..at];
        var fraction = at < 0 ? [] : text[(at + 1)..];
        if (whole.Length + fraction.Length == 0 || whole.ContainsAnyExceptInRange('0', '9') || fraction.ContainsAnyExceptInRange('0', '9'))
            return false;
        whole = whole.TrimStart('0');
        var point = whole.Length + exponent;
        if (whole.Length == 0)
        {
            var zeros = fraction.Length - fraction.TrimStart('0').Length;
            fraction = fraction[zeros..];
            point -= zeros;
        }
        // 1 and 1.0, 1e3 and 1000 are the same number.
        fraction = fraction.TrimEnd('0');
        if (fraction.Length == 0) whole = whole.TrimEnd('0');
        number = new(negative && whole.Length + fraction.Length > 0, whole, fraction, point);
        return true;
    }

    /// <summary>Less than, equal to or greater than 0, as of all comparers.</summary>
    public static int Compare(DecimalText left, DecimalText right)
    {
        if (left.Sign != right.Sign || left.Sign == 0) return left.Sign.CompareTo(right.Sign);
        var larger = left._point.CompareTo(right._point);
        for (var i = 0; larger == 0 && i < Math.Max(left.Length, right.Length); i++) larger = left[i].CompareTo(right[i]);
        return left._negative ? -larger : larger;
    }

    private int Sign => Length == 0 ? 0 : _negative ? -1 : 1;

    private static bool TryExponent(ReadOnlySpan<char> text, out long exponent)
    {
        exponent = 0;
        var negative = text is ['-', ..];
        if (text is ['-' or '+', ..]) text = text[1..];
        if (text.Length == 0 || text.ContainsAnyExceptInRange('0', '9')) return false;
        text = text.TrimStart('0');
        if (text.Length > MostExponentDigits) exponent = 100_000_000_000_000_000;
        else foreach (var digit in text) exponent = exponent * 10 + (digit - '0');
        if (negative) exponent = -exponent;
        return true;
    }
}
