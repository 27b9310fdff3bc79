using System.Text;

namespace AiwgDaemon.Config.Migration;

/// <summary>A key with parts below it. One without any that counts is written as an empty map or list.</summary>
/// <param name="name">The key.</param>
/// <param name="empty">What stands for it if nothing counts: <c>{}</c> or <c>[]</c>.</param>
internal sealed class Section(string name, string empty)
{
    // A piece or a section below.
    private readonly List<object> _parts = [];

    public void Add(Piece piece) => _parts.Add(piece);

    public void Add(Section section) => _parts.Add(section);

    public bool IsEmpty => _parts.Count == 0;

    private bool Counts => _parts.Exists(p => p is Piece { IsComment: false } or Section { IsEmpty: false });

    public IEnumerable<Piece> Pieces => _parts.SelectMany(p => p is Section section ? section.Pieces : [(Piece)p]);

    public void Write(StringBuilder text, string indent, ref int line)
    {
        text.Append(indent).Append(name).Append(Counts ? ":\n" : $": {empty}\n");
        line++;
        foreach (var part in _parts)
        {
            if (part is Section section) section.Write(text, indent + "  ", ref line);
            else ((Piece)part).Write(text, indent + "  ", ref line);
        }
    }
}
