using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using AiwgDaemon.Cli;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Config;

/// <summary>What <c>config validate</c> says about each kind of broken file: the exact text, and exit code 5.</summary>
public sealed class BrokenConfigurationTests
{
    [Fact]
    public void Every_kind_of_broken_file_is_refused_in_words_that_help()
    {
        Said(BrokenConfiguration.All(), (broken, exitCode, output) =>
        {
            exitCode.ShouldBe(ExitCodes.InvalidConfiguration, broken.Name);
            output.ShouldBeEmpty();
        }, "--strict").ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());
    }

    [Fact]
    public void Every_habit_of_another_language_gets_a_message_with_its_cure()
    {
        var count = 0;
        Said(StuckConfiguration.All(), (_, _, _) => count++).ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());
        count.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void No_message_about_a_habit_blames_something_else()
    {
        // Each of these is a message that leaves somebody stuck who has it in front of them.
        foreach (
            var line in Said(StuckConfiguration.All(), (_, _, _) => { })
                .Split('\n')
                .Where(l => l.StartsWith("daemon.yaml", StringComparison.Ordinal) || l.StartsWith("warning: ", StringComparison.Ordinal))
        )
        {
            line.ShouldNotContain("is not valid YAML");
            line.ShouldMatch(@"\(.+\)$|is there twice", line);
        }
    }

    /// <summary>Each file with what <c>config validate</c> says of it.</summary>
    private static string Said(
        IEnumerable<BrokenConfiguration> files,
        Action<BrokenConfiguration, int, string> look,
        params string[] options
    )
    {
        using var directory = new TemporaryDirectory();
        var document = new StringBuilder();
        foreach (var broken in files)
        {
            var path = directory.Combine("daemon.yaml");
            File.WriteAllBytes(path, broken.Content);
            using var output = new StringWriter();
            using var error = new StringWriter();
            var exitCode = new RootCommand { ConfigCommand.Create() }
                .Parse(["config", "validate", "--config", path, .. options])
                .Invoke(new InvocationConfiguration { Output = output, Error = error });
            look(broken, exitCode, output.ToString());
            document.Append(
                $"== {broken.Name}\n{Input(broken.Content)}-- exit {exitCode}\n{error.ToString().Replace(directory.Path + "/", "")}\n"
            );
        }
        return document.ToString().ReplaceLineEndings("\n");
    }


    [Fact]
    public void There_are_at_least_sixty_kinds() =>
        BrokenConfiguration.All().Select(b => b.Name).Distinct().Count().ShouldBeGreaterThan(60);

    private static string Input(byte[] content)
    {
        var text = Encoding.Latin1.GetString(content);
        text = Regex.Replace(text, "[^\x20-\x7e\n]", m => $"\\x{(int)m.Value[0]:x2}", RegexOptions.None, TimeSpan.FromSeconds(1));
        return string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => $"| {l}\n"));
    }
}
