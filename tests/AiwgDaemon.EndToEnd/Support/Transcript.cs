using System.Text;
using System.Text.RegularExpressions;

namespace AiwgDaemon.EndToEnd.Support;

/// <summary>
/// What a person typed and saw, as text that is the same in each run: what differs by its nature (instants, ids, pids, durations,
/// the place of the project) is shown by a word in angle brackets.
/// </summary>
internal sealed partial class Transcript(TestProject project)
{
    private readonly StringBuilder _text = new();

    /// <summary>A line of explanation between commands.</summary>
    public void Say(string remark) => _text.Append("\n# ").Append(remark).Append('\n');

    /// <summary>Runs the program, writes down what was typed and what came of it.</summary>
    public async Task<RunResult> Type(params string[] arguments) => Note("", arguments, await project.Run(arguments));

    /// <summary>The same in another directory.</summary>
    public async Task<RunResult> TypeIn(string directory, params string[] arguments) =>
        Note($"(in {Mask(directory)}) ", arguments, await TestProject.RunIn(directory, arguments));

    public override string ToString() => _text.ToString();

    private RunResult Note(string place, string[] arguments, RunResult result)
    {
        _text.Append($"\n{place}$ aiwg-daemon ").AppendJoin(' ', arguments.Select(Quoted)).Append('\n');
        _text.Append(Mask(result.Output)).Append(Mask(result.Error));
        if (result.ExitCode != 0) _text.Append($"[exit code {result.ExitCode}]\n");
        return result;
    }

    private static string Quoted(string argument) =>
        argument.Length > 0
        && argument.All(c => char.IsLetterOrDigit(c) || "-_./*".Contains(c, StringComparison.Ordinal))
        && !argument.Contains('*', StringComparison.Ordinal)
            ? Mask(argument, root: null)
            : $"'{Mask(argument, root: null)}'";

    private string Mask(string text) => Mask(text, project.Root);

    private static string Mask(string text, string? root)
    {
        if (root is not null) text = text.Replace(root, "<project>", StringComparison.Ordinal);
        text = EventId().Replace(text, "<event>");
        text = ActionId().Replace(text, "<action>");
        text = Instant().Replace(text, "<instant>");
        text = Pid().Replace(text, "$1<pid>");
        text = Version().Replace(text, "$1<version>");
        text = Duration().Replace(text, "<time>");
        // How far the file of the state was behind is chance.
        text = Counts().Replace(text, "$1<count> events  <count> delivered");
        // A column is as wide as what is in it.
        return Blanks().Replace(text, "$1  ");
    }

    [GeneratedRegex(@"\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b")]
    private static partial Regex EventId();

    [GeneratedRegex(@"\b0[0-9a-hjkmnp-tv-z]{15}\b")]
    private static partial Regex ActionId();

    [GeneratedRegex(@"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")]
    private static partial Regex Instant();

    [GeneratedRegex(@"(\bpid:? |""pid"":)\d+")]
    private static partial Regex Pid();

    [GeneratedRegex(@"(\bversion[: ""]+)\d+\.\d+\.\d+[^\s"",]*")]
    private static partial Regex Version();

    [GeneratedRegex(@"\bjust now\b|\b\d+(\.\d+)? (ms|s|min|h|d)( \d+ (s|min|h))?( ago)?\b")]
    private static partial Regex Duration();

    [GeneratedRegex(@"(  bus +)[\d,]+ events +[\d,]+ delivered")]
    private static partial Regex Counts();

    [GeneratedRegex(@"(?<=\S)(<time>)?  +")]
    private static partial Regex Blanks();
}
