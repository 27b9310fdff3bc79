using AiwgDaemon.Rules.Values;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Rules.Values;

public sealed class ProgramTableTests
{
    private static readonly string Security = File.ReadAllText(Path.Combine(Repository.Root, ".github", "SECURITY.md"));

    public static TheoryData<string> Cures => [.. ProgramSyntax.All.Select(row => row.Cure).Where(cure => cure.Length > 0).Distinct()];

    [Theory]
    [MemberData(nameof(Cures))]
    public void The_way_that_a_refusal_names_is_allowed(string cure)
    {
        var line = CommandCheck.Filled(cure, Trial.Value);
        line.ShouldContain(Trial.Value);
        Trial.Fault(Trial.Script(line)).ShouldBeNull(line);
        if (ArgvExample.Of(line).StartsWith("argv: [", StringComparison.Ordinal))
            Trial.Fault(Trial.Program(Split(line))).ShouldBeNull(line);
    }

    [Fact]
    public void Every_row_names_a_way_that_works() =>
        ProgramSyntax.All.Where(row => row.Cure.Length == 0).SelectMany(row => row.Names).ShouldBeEmpty();

    [Fact]
    public void Every_program_and_variable_is_in_the_document()
    {
        foreach (var name in ProgramSyntax.All.SelectMany(row => row.Names))
        {
            var program = name.TrimEnd('*');
            if (ProgramSyntax.IsSubcommand(program)) continue;
            Security.ShouldContain($"`{program}`", Case.Sensitive, $"SECURITY.md does not name {program}");
        }
        foreach (var name in RunVariables.Names.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
            Security.ShouldContain($"`{name}`", Case.Sensitive);
    }

    private static string Split(string line)
    {
        var quoted = false;
        var words = new System.Text.StringBuilder();
        foreach (var c in line)
        {
            if (c == '\'') quoted = !quoted;
            else words.Append(c == ' ' && !quoted ? '|' : c);
        }
        return words.ToString();
    }
}
