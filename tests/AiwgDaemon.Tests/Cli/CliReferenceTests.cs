using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Cli;

public sealed class CliReferenceTests
{
    [Fact]
    public void The_reference_of_commands_is_the_approved_one_and_is_current()
    {
        CliReference.Markdown().ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff().WithFileExtension("md"));
        var page = Documents.Page("cli");
        var start = page.IndexOf(CliReference.Start, StringComparison.Ordinal);
        start.ShouldBeGreaterThanOrEqualTo(0, "cli.md has no reference: copy Cli/Golden's, with its markers");
        var end = page.IndexOf(CliReference.End, start, StringComparison.Ordinal) + CliReference.End.Length;
        page[start..end].ShouldBe(CliReference.Markdown().TrimEnd('\n'));
    }
}
