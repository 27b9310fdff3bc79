using System.Text;
using AiwgDaemon.Cli;
using CsCheck;

namespace AiwgDaemon.Tests.Cli;

/// <summary>Columns that stay columns: wide characters, narrow screens.</summary>
public sealed class TextTableTests
{
    [Theory]
    [InlineData("plain", 5)]
    [InlineData("Grüße", 5)]
    [InlineData("日本語", 6)]
    [InlineData("한국어", 6)]
    [InlineData("ｆｕｌｌ", 8)]
    [InlineData("🚀.md", 5)]
    [InlineData("e\u0301t\u0301e", 3)]
    [InlineData("\u202a\u200d", 0)]
    [InlineData("", 0)]
    public void Text_is_as_wide_as_a_terminal_draws_it(string text, int columns) => TextWidth.Of(text).ShouldBe(columns);

    [Theory]
    [InlineData("日本語", 6, "日本語")]
    [InlineData("日本語", 5, "日本…")]
    [InlineData("日本語", 4, "日…")]
    [InlineData("🚀🚀🚀", 4, "🚀…")]
    [InlineData("ab", 1, "…")]
    [InlineData("ab", 0, "")]
    public void What_is_too_long_is_cut_between_characters(string text, int columns, string expected) =>
        TextWidth.Fit(text, columns).ShouldBe(expected);

    [Fact]
    public void Columns_are_aligned_whatever_the_names_are_written_in()
    {
        var table = new TextTable("", false, true, false);
        table.Add("日本語", "5", "test");
        table.Add("plain", "12,345", "🚀 lift-off");
        table.Add("é\u0301t", "1", "x");
        Written(table, 80).ShouldBe("日本語       5  test\nplain   12,345  🚀 lift-off\né\u0301t           1  x\n");
    }

    [Fact]
    public void On_a_narrow_screen_columns_go_to_lines_below()
    {
        var table = new TextTable("", false, true, true, false);
        table.Add("0h3kd9vz8m2q4zj7", "3.2 s", "1 min 11 s ago", "npm test --workspace packages/core");
        table.Add("0h3kd9vz8m2q3bbb", "12 s", "2 min ago", "make");
        Written(table, 40).ShouldBe("""
            0h3kd9vz8m2q4zj7  3.2 s  1 min 11 s ago
                npm test --workspace packages/core
            0h3kd9vz8m2q3bbb   12 s       2 min ago
                make

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Columns_have_titles_on_a_terminal_and_are_whole_on_a_pipe()
    {
        var command = string.Join(' ', Enumerable.Repeat("a-long-word", 40));
        Written(Table(new TextStyle(Colour: false, 40, Terminal: true)), 40)
            .ShouldStartWith("NAME   COUNT  COMMAND\nplain     12  a-long-word a-long-word a…\n");
        Written(Table(TextStyle.Plain), TextStyle.Plain.Width).ShouldBe($"plain  12  {command}\n");
        Written(new TextTable("", false).WithTitles(new TextStyle(Colour: true, 40, Terminal: true), "NAME"), 40)
            .ShouldBeEmpty("titles of nothing say nothing");

        TextTable Table(TextStyle style)
        {
            var table = new TextTable("", false, true, false).WithTitles(style, "NAME", "COUNT", "COMMAND");
            table.Add("plain", "12", command);
            return table;
        }
    }

    [Fact]
    public void No_line_is_wider_than_the_screen() =>
        Gen.Select(Gen.String[Gen.Char["aé日🚀"[..3]], 0, 30].Array[4].Array[1, 5], Gen.Int[40, 120]).Sample((rows, width) =>
        {
            var table = new TextTable("  ", false, true, false, false);
            foreach (var row in rows) table.Add(row);
            Written(table, width).Split('\n').All(line => TextWidth.Of(line) <= width).ShouldBeTrue();
        }, iter: 500);

    [Fact]
    public void A_frame_of_a_watched_screen_has_at_most_the_rows_of_the_terminal()
    {
        StatusCommand.Frame("one\ntwo\nthree\n", 3).ShouldBe("\e[?7l\e[Hone\e[K\ntwo\e[K\n\e[J\e[?7h");
        StatusCommand.Frame("one\n", 24).ShouldBe("\e[?7l\e[Hone\e[K\n\e[J\e[?7h");
    }

    private static string Written(TextTable table, int width)
    {
        var text = new StringBuilder();
        table.WriteTo(text, width);
        return text.ToString();
    }
}
