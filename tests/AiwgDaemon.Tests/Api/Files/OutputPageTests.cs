using System.Text;
using AiwgDaemon.Api.Files;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.State;
using AiwgDaemon.Tests.Support;
using CsCheck;

namespace AiwgDaemon.Tests.Api.Files;

public sealed class OutputPageTests : IDisposable
{
    private static readonly string[] Letters = ["a", "é", "€", "😀", "\n"];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Parts_put_together_are_the_whole_whatever_their_length() =>
        Gen.Select(Gen.Int[0, Letters.Length - 1].Select(i => Letters[i]).Array[0, 60], Gen.Int[4, 15]).Sample((pieces, limit) =>
        {
            var whole = string.Concat(pieces);
            Write(Encoding.UTF8.GetBytes(whole));
            var text = new StringBuilder();
            var from = 0L;
            for (var page = Read(0, limit); page.To < page.Size || page.Text.Length > 0; page = Read((int)from, limit))
            {
                page.From.ShouldBe(from);
                page.To.ShouldBeGreaterThan(page.From);
                text.Append(page.Text);
                from = page.To;
            }
            text.ToString().ShouldBe(whole);
        }, iter: 300, threads: 1);

    [Fact]
    public void Without_a_place_it_is_the_end_in_whole_characters()
    {
        Write(Encoding.UTF8.GetBytes("first\n€€€"));
        var page = Read(null, 8);
        page.Text.ShouldBe("€€");
        (page.From, page.To, page.Size).ShouldBe((9, 15, 15));
    }

    [Fact]
    public void What_has_no_output_is_told_apart() => OutputPage.Read(Files, Run with { OutputPath = "none" }, null, 10).ShouldBeNull();

    private ProjectFiles Files => FilesOfProject.Of(new ProjectPaths(_directory.Path), asks: false);

    private static ActionRecord Run => new()
    {
        Id = "run", RuleId = "r", EventId = Guid.Empty, Type = "shell", Command = "", Status = ActionStatus.Completed, Attempt = 1,
        QueuedAt = default, OutputPath = "output",
    };

    private void Write(byte[] bytes) => File.WriteAllBytes(_directory.Combine("output"), bytes);

    private OutputPage Read(int? from, int limit) => OutputPage.Read(Files, Run, from, limit).ShouldNotBeNull();
}
