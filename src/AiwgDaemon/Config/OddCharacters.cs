using System.Globalization;
using System.Text;

namespace AiwgDaemon.Config;

/// <summary>
/// Characters that look like another one or like nothing: a no-break space from a web page, a Cyrillic letter, a curly quote, a zero-width
/// space. The eye does not find them, so that a message names the code point. Pure.
/// </summary>
internal static class OddCharacters
{
    private const int LongestText = 4096;

    private const string LookAlikes =
        "аaвbеeкkмmнhоoрpсcтtуyхxіiјjѕsԁdԛqԝwһhӏlАAВBЕEКKМMНHОOРPСCТTХXІIЈJЅSαaεeιiκkοoρpτtυuνvχxΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXıiƒf";

    private static readonly Dictionary<int, (string Name, string Plain)> Known = new()
    {
        [0x00a0] = ("a no-break space", " "),
        [0x202f] = ("a narrow no-break space", " "),
        [0x2007] = ("a figure space", " "),
        [0x3000] = ("an ideographic space", " "),
        [0x2002] = ("an en space", " "),
        [0x2003] = ("an em space", " "),
        [0x2009] = ("a thin space", " "),
        [0x200a] = ("a hair space", " "),
        [0x0085] = ("a next-line character", " "),
        [0x2028] = ("a line separator", " "),
        [0x2029] = ("a paragraph separator", " "),
        [0x200b] = ("a zero-width space", ""),
        [0x200c] = ("a zero-width non-joiner", ""),
        [0x200d] = ("a zero-width joiner", ""),
        [0x2060] = ("a word joiner", ""),
        [0xfeff] = ("a byte order mark", ""),
        [0x00ad] = ("a soft hyphen", ""),
        [0x200e] = ("a left-to-right mark", ""),
        [0x200f] = ("a right-to-left mark", ""),
        [0x202a] = ("a direction mark", ""),
        [0x202b] = ("a direction mark", ""),
        [0x202c] = ("a direction mark", ""),
        [0x202d] = ("a direction mark", ""),
        [0x202e] = ("a direction mark", ""),
        [0x2066] = ("a direction mark", ""),
        [0x2067] = ("a direction mark", ""),
        [0x2068] = ("a direction mark", ""),
        [0x2069] = ("a direction mark", ""),
        [0x201c] = ("a curly quote", "\""),
        [0x201d] = ("a curly quote", "\""),
        [0x201e] = ("a curly quote", "\""),
        [0x00ab] = ("a curly quote", "\""),
        [0x00bb] = ("a curly quote", "\""),
        [0x2018] = ("a curly quote", "'"),
        [0x2019] = ("a curly quote", "'"),
        [0x201a] = ("a curly quote", "'"),
        [0x00b4] = ("an acute accent", "'"),
        [0x2032] = ("a prime", "'"),
        [0x2010] = ("a hyphen", "-"),
        [0x2011] = ("a no-break hyphen", "-"),
        [0x2012] = ("a figure dash", "-"),
        [0x2013] = ("an en dash", "-"),
        [0x2014] = ("an em dash", "-"),
        [0x2212] = ("a minus sign", "-"),
        [0x2022] = ("a bullet", "-"),
        [0x00b7] = ("a middle dot", "-"),
        [0x2026] = ("an ellipsis", "..."),
        [0x2217] = ("an asterisk operator", "*"),
        [0x2044] = ("a fraction slash", "/"),
        [0x2215] = ("a division slash", "/"),
        [0x02d0] = ("a length mark", ":"),
        [0x2236] = ("a ratio sign", ":"),
        [0xa789] = ("a letter colon", ":"),
    };

    /// <summary>True for what is no letter of any text: spaces other than the blank, invisible characters, quotes and dashes of
    /// typesetting.</summary>
    public static bool IsTypography(Rune rune) => Known.ContainsKey(rune.Value) || rune.Value is >= 0xff01 and <= 0xff5e;

    public static bool IsInvisible(Rune rune) => Known.TryGetValue(rune.Value, out var known) && known.Plain is "" or " ";

    public static bool IsCurlyQuote(Rune rune) =>
        Known.TryGetValue(rune.Value, out var known) && known.Plain is "\"" or "'" && rune.Value is not (0xb4 or 0x2032);

    /// <summary>The first one of the text that is not ASCII, described; null if there is none.</summary>
    public static string? First(string text, Func<Rune, bool>? which = null)
    {
        // A value of a hostile file may be megabytes, and used by many aliases.
        foreach (var rune in text.AsSpan(0, Math.Min(text.Length, LongestText)).EnumerateRunes())
            if (!rune.IsAscii && (which is null || which(rune))) return Describe(rune);
        return null;
    }

    /// <summary><c>a no-break space (U+00A0)</c>, <c>the Cyrillic letter с (U+0441), which looks like c</c>.</summary>
    public static string Describe(Rune rune)
    {
        var code = $"U+{rune.Value:X4}";
        if (Known.TryGetValue(rune.Value, out var known))
            return IsInvisible(rune) ? $"{known.Name} ({code})" : $"{known.Name} {rune} ({code})";
        if (rune.Value is >= 0xff01 and <= 0xff5e)
            return $"a full-width {(char)(rune.Value - 0xfee0)} ({code})";
        var script = rune.Value switch
        {
            >= 0x370 and <= 0x3ff => "Greek ",
            >= 0x400 and <= 0x52f => "Cyrillic ",
            _ => "",
        };
        var kind = Rune.IsLetter(rune) ? "letter" : "character";
        var plain = Plain(rune.ToString());
        var shown = Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Format
                or UnicodeCategory.Control
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.PrivateUse
            ? code
            : $"{rune} ({code})";
        return $"the {script}{kind} {shown}{(plain.Length > 0 && plain[0] < 0x80 ? $", which looks like {plain}" : "")}";
    }

    /// <summary>The text with what was probably meant: ASCII for its look-alikes, nothing for what cannot be seen.</summary>
    public static string Plain(string text)
    {
        if (Ascii.IsValid(text)) return text;
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Known.TryGetValue(rune.Value, out var known)) plain.Append(known.Plain);
            else if (rune.Value is >= 0xff01 and <= 0xff5e) plain.Append((char)(rune.Value - 0xfee0));
            else if (rune.IsBmp && LookAlikes.IndexOf((char)rune.Value) is >= 0 and var at && at % 2 == 0) plain.Append(LookAlikes[at + 1]);
            else plain.Append(rune);
        }
        return plain.ToString();
    }
}
