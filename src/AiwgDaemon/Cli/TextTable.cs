using System.Text;

namespace AiwgDaemon.Cli;

/// <summary>
/// Rows in aligned columns, two blanks between them. Numbers go to the right. The last column gives way where the screen
/// is narrow. Cells are plain text; a row's colour is put on after measuring.
/// </summary>
internal sealed class TextTable(string indent, params bool[] alignRight)
{
    private readonly List<(string[] Cells, Func<string, string>? Paint, int Painted)> _rows = [];

    public bool IsEmpty => _rows.Count == 0;

    public void Add(params string[] cells) => _rows.Add((cells, null, -1));

    /// <summary>As <see cref="Add"/>; one cell is coloured.</summary>
    public void AddPainted(int painted, Func<string, string> paint, params string[] cells) => _rows.Add((cells, paint, painted));

    public void WriteTo(StringBuilder output, int width)
    {
        if (IsEmpty) return;
        var columns = alignRight.Length;
        var widths = new int[columns];
        foreach (var (cells, _, _) in _rows)
            for (var i = 0; i < columns; i++) widths[i] = Math.Max(widths[i], cells[i].Length);
        var before = indent.Length + widths[..^1].Sum() + 2 * (columns - 1);
        widths[^1] = Math.Min(widths[^1], Math.Max(width - before, 12));
        foreach (var (cells, paint, painted) in _rows)
        {
            output.Append(indent);
            for (var i = 0; i < columns; i++)
            {
                var text = i == columns - 1 ? ConsoleText.Fit(cells[i], widths[i]) : cells[i];
                var padding = widths[i] - text.Length;
                if (alignRight[i]) output.Append(' ', padding);
                output.Append(i == painted && paint is not null ? paint(text) : text);
                if (i == columns - 1) break;
                output.Append(' ', alignRight[i] ? 2 : padding + 2);
            }
            while (output[^1] == ' ') output.Length--;
            output.Append('\n');
        }
    }
}
