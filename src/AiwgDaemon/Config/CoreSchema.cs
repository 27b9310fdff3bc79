using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AiwgDaemon.Config;

/// <summary>What a plain scalar is by the core schema of YAML 1.2 (chapter 10.3.2).</summary>
internal static class CoreSchema
{
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
            foreach (var c in text.AsSpan(2))
            {
                if (c is < '0' or > '7') return false;
                value = value * 8 + (c - '0');
            }
            return text.Length > 2;
        }
        if (!char.IsAsciiDigit(text[^1]) && text[^1] != '.') return false;
        const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return text is not ("." or "+." or "-.") && double.TryParse(text, styles, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
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
        if (plain && TryNumber(text, out var number)) return number.ToString("R", CultureInfo.InvariantCulture);
        return $"\"{JsonEncodedText.Encode(text.EnumerateRunes().Any(r => r == Rune.ReplacementChar) ? text.Replace('\uFFFD', '?') : text)}\"";
    }
}
