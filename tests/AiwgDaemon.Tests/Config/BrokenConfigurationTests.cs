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
        using var directory = new TemporaryDirectory();
        var document = new StringBuilder();
        foreach (var broken in BrokenConfiguration.All())
        {
            var path = directory.Combine("daemon.yaml");
            File.WriteAllBytes(path, broken.Content);
            using var output = new StringWriter();
            using var error = new StringWriter();
            var exitCode = new RootCommand { ConfigCommand.Create() }
                .Parse(["config", "validate", "--config", path])
                .Invoke(new InvocationConfiguration { Output = output, Error = error });
            exitCode.ShouldBe(ExitCodes.InvalidConfiguration, broken.Name);
            output.ToString().ShouldBeEmpty();

            document.Append($"== {broken.Name}\n{Input(broken.Content)}-- exit {exitCode}\n{error.ToString().Replace(directory.Path + "/", "")}\n");
        }
        document.ToString().ReplaceLineEndings("\n").ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());
    }

    [Fact]
    public void There_are_at_least_sixty_kinds() => BrokenConfiguration.All().Select(b => b.Name).Distinct().Count().ShouldBeGreaterThan(60);

    private static string Input(byte[] content)
    {
        var text = Encoding.Latin1.GetString(content);
        text = Regex.Replace(text, "[^\x20-\x7e\n]", m => $"\\x{(int)m.Value[0]:x2}", RegexOptions.None, TimeSpan.FromSeconds(1));
        return string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => $"| {l}\n"));
    }
}
