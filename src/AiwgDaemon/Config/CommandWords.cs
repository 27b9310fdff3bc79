using System.Text;

namespace AiwgDaemon.Config;

/// <summary>Splits the words of a <c>cli</c> action: at blanks, with single and double quotes; nothing else is special.</summary>
internal static class CommandWords
{
    /// <summary>The words; <paramref name="open"/> is the quote that is never closed, or NUL.</summary>
    public static List<string> Split(string text, out char open)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var inWord = false;
        open = '\0';
        foreach (var c in text)
        {
            if (open != '\0')
            {
                if (c == open) open = '\0';
                else word.Append(c);
            }
            else if (c is '"' or '\'')
            {
                open = c;
                inWord = true;
            }
            else if (c is not (' ' or '\t' or '\n' or '\r'))
            {
                word.Append(c);
                inWord = true;
            }
            else if (inWord)
            {
                words.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
        }
        if (inWord) words.Add(word.ToString());
        return words;
    }
}
