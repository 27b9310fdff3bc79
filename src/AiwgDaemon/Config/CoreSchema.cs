using System.Globalization;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Rules;

namespace AiwgDaemon.Config;

/// <summary>What a plain scalar is by the core schema of YAML 1.2 (chapter 10.3.2).</summary>
internal static class CoreSchema
{
    private const int LongestExact = 1000;

    public static bool IsNull(string text) => text is "" or "~" or "null" or "Null" or "NULL";

    public static bool IsBoolean(string text) => text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE";

    /// <summary><c>text</c>, or the kind with its article.</summary>
    public static string KindOf(string text) =>
        IsNull(text) ? "null" : IsBoolean(text) ? "a boolean" : TryNumber(text, out _) ? "a number" : "text";

    /// <summary>Decimal, 0x, 0o, with fraction and exponent; not infinity, not .nan.</summary>
    public static bool TryNumber(string text, out double value)
    {
        value = 0;
        if (text.Length is 0 or > 64) return false;
        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            if (!ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, null, out var hex)) return false;
            value = hex;
            return true;
        }
        if (text.StartsWith("0o", StringComparison.Ordinal))
        {
            if (!TryOctal(text.AsSpan(2), out var octal)) return false;
            value = octal;
            return true;
        }
        if (!char.IsAsciiDigit(text[^1]) && text[^1] != '.') return false;
        const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return text is not ("." or "+." or "-.")
            && double.TryParse(text, styles, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    /// <summary>
    /// A number of any size as JSON writes it, with all of its digits: an id of 19 digits and 1e400 keep their value. Null for anything
    /// else.
    /// </summary>
    public static string? ExactNumber(string text)
    {
        if (text.Length is 0 or > LongestExact)
            return null;
        if (text.StartsWith("0x", StringComparison.Ordinal))
            return ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, null, out var hex) ? $"{hex}" : null;
        if (text.StartsWith("0o", StringComparison.Ordinal))
            return TryOctal(text.AsSpan(2), out var octal) ? $"{octal}" : null;
        if (text.AsSpan().ContainsAny(" \t") || !DecimalText.TryParse(text, out _))
            return null;
        var sign = text[0] == '-' ? "-" : "";
        var rest = text[0] is '-' or '+' ? text[1..] : text;
        var e = rest.IndexOfAny(['e', 'E']);
        var (digits, exponent) = e < 0 ? (rest, "") : (rest[..e], rest[e..]);
        var point = digits.IndexOf('.');
        var (whole, fraction) = point < 0 ? (digits, "") : (digits[..point], digits[(point + 1)..]);
        whole = whole.TrimStart('0');
        return $"{sign}{(whole.Length == 0 ? "0" : whole)}{(fraction.Length == 0 ? "" : ".")}{fraction}{exponent}";
    }

    public static bool TryComparison(string text, out string comparison, out string operand)
    {
        foreach (var sign in (ReadOnlySpan<string>)["<=", ">=", "!=", "<", ">"])
        {
            if (!text.StartsWith(sign, StringComparison.Ordinal)) continue;
            (comparison, operand) = (sign, text[sign.Length..].Trim());
            return true;
        }
        comparison = operand = "";
        return false;
    }

    /// <summary>The value as one JSON value.</summary>
    public static string ToJson(string text, bool plain)
    {
        if (plain && IsNull(text)) return "null";
        if (plain && IsBoolean(text)) return text.ToLowerInvariant();
        if (plain && ExactNumber(text) is { } number) return number;
        var readable = text.EnumerateRunes().Any(r => r == Rune.ReplacementChar) ? text.Replace('\uFFFD', '?') : text;
        return $"\"{JsonEncodedText.Encode(readable)}\"";
    }

    private static bool TryOctal(ReadOnlySpan<char> digits, out ulong value)
    {
        const int Most = 21;
        value = 0;
        if (digits.Length is 0 or > Most || digits.ContainsAnyExceptInRange('0', '7')) return false;
        foreach (var digit in digits) value = value * 8 + (ulong)(digit - '0');
        return true;
    }
}
