using System.Text;

namespace AiwgDaemon.Config.Migration;

/// <summary>
/// A part of the migrated file that stands or falls as a whole: a key, a job, a rule. It has the forms it may take, the best one first; a
/// form in which the file is not valid gives way to the next, and the last one is a comment, so that nothing is lost.
/// </summary>
/// <param name="comments">What was chosen and why; each is a line.</param>
/// <param name="forms">Lines of YAML, without the indentation of the place.</param>
internal sealed class Piece(IReadOnlyList<string> comments, params IReadOnlyList<string>[] forms)
{
    private readonly List<string> _failed = [];
    private int _form;

    public bool IsComment => _form == forms.Length;

    private int First { get; set; }

    private int Last { get; set; }

    public static Piece Of(string line) => new([], [line]);

    /// <summary>Only a comment.</summary>
    public static Piece Note(params string[] comments) => new(comments);

    public bool Holds(int line) => !IsComment && line >= First && line <= Last;

    /// <summary>Takes the next form, since the file is not valid with this one.</summary>
    public void GiveWay(string why)
    {
        _form++;
        if (!_failed.Contains(why)) _failed.Add(why);
    }

    /// <param name="text">The file so far.</param>
    /// <param name="indent">Blanks before each line.</param>
    /// <param name="line">The number of the next line; is counted on.</param>
    public void Write(StringBuilder text, string indent, ref int line)
    {
        foreach (var comment in comments)
            Comment(comment, ref line);
        foreach (var why in _failed)
            Comment((IsComment ? "left out, for the file would not be valid with it: " : "written in another way: ") + why, ref line);
        First = line;
        foreach (var part in forms.Length == 0 ? [] : forms[Math.Min(_form, forms.Length - 1)])
        {
            if (IsComment)
            {
                Comment(part, ref line);
                continue;
            }
            text.Append(indent).Append(part).Append('\n');
            line++;
        }
        Last = line - 1;

        void Comment(string content, ref int line)
        {
            foreach (var part in OldText.CommentLines(content))
            {
                text.Append(indent).Append("# ").Append(part).Append('\n');
                line++;
            }
        }
    }
}
