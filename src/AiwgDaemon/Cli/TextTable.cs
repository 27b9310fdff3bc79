using System.Text;

namespace AiwgDaemon.Cli;

/// <summary>
/// Rows in aligned columns, two blanks between them. Numbers go to the right. On a narrow screen the columns that do not fit go
/// to lines of their own below, further in; then the last column gives way. Cells are plain text; a row's colour is put on after
/// measuring.
/// </summary>
internal sealed class TextTable(string indent, params bool[] alignRight)
{
    private const string Deeper = "    ";

    private const int AllPainted = int.MaxValue;

    // Narrower than this a last column says nothing any more.
    private const int LeastLast = 8;

    private readonly List<(string[] Cells, Func<string, string>? Paint, int Painted)> _rows = [];
    private string[]? _titles;
    private Func<string, string> _paintTitle = static title => title;

    public bool IsEmpty => _rows.Count == 0;

    public void Add(params string[] cells) => _rows.Add((cells, null, -1));

    /// <summary>As <see cref="Add"/>; one cell is coloured.</summary>
    public void AddPainted(int painted, Func<string, string> paint, params string[] cells) => _rows.Add((cells, paint, painted));

    /// <summary>Says on a terminal what the columns are; a pipe gets rows only, one for each thing, so that they can be counted.</summary>
    public TextTable WithTitles(TextStyle style, params string[] titles)
    {
        if (style.Terminal) (_titles, _paintTitle) = (titles, style.Bold);
        return this;
    }

    public void WriteTo(StringBuilder output, int width)
    {
        if (IsEmpty) return;
        var widths = new int[alignRight.Length];
        var rows = _titles is null ? _rows : [(_titles, _paintTitle, AllPainted), .. _rows];
        foreach (var (cells, _, _) in rows)
            for (var i = 0; i < widths.Length; i++) widths[i] = Math.Max(widths[i], TextWidth.Of(cells[i]));
        var breaks = Break(widths, width);
        foreach (var (cells, paint, painted) in rows)
        {
            output.Append(indent);
            for (var i = 0; i < widths.Length; i++)
            {
                if (breaks[i])
                {
                    EndLine(output);
                    output.Append(indent).Append(Deeper);
                }
                var text = TextWidth.Fit(cells[i], widths[i]);
                var padding = widths[i] - TextWidth.Of(text);
                if (alignRight[i]) output.Append(' ', padding);
                output.Append((i == painted || painted == AllPainted) && paint is not null ? paint(text) : text);
                output.Append(' ', alignRight[i] ? 2 : padding + 2);
            }
            EndLine(output);
        }
    }

    // Which columns begin a line, the same for all rows; the widths are cut down to what fits.
    private bool[] Break(int[] widths, int width)
    {
        var breaks = new bool[widths.Length];
        var used = indent.Length;
        for (var i = 0; i < widths.Length; i++)
        {
            var least = i == widths.Length - 1 ? Math.Min(widths[i], LeastLast) : widths[i];
            if (i > 0 && used + least > width)
            {
                breaks[i] = true;
                used = indent.Length + Deeper.Length;
            }
            widths[i] = Math.Min(widths[i], Math.Max(width - used, LeastLast));
            used += widths[i] + 2;
        }
        return breaks;
    }

    private static void EndLine(StringBuilder output)
    {
        while (output.Length > 0 && output[^1] == ' ') output.Length--;
        output.Append('\n');
    }
}
