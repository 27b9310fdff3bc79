using System.Collections.Frozen;

namespace AiwgDaemon.Rules.Values;

/// <summary>One row of <see cref="ProgramTable"/>: how a program reads its command line.</summary>
internal sealed class ProgramSyntax
{
    private static readonly FrozenDictionary<string, ProgramSyntax> ByName = Read();

    // python3.12, gawk-5.
    private static readonly char[] Version = [.. "0123456789.-"];

    private readonly Dictionary<string, ProgramOption> _options;
    private readonly string _flags;

    private ProgramSyntax(string row)
    {
        var cells = row.Split('|', 5, StringSplitOptions.TrimEntries);
        Names = cells[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        _flags = cells[1];
        _options = cells[2].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ProgramOption.Parse)
            .DistinctBy(option => option.Name).ToDictionary(option => option.Name, StringComparer.Ordinal);
        Operands = cells[3];
        Cure = cells[4];
    }

    public static IEnumerable<ProgramSyntax> All => ByName.Values.Distinct();

    public IReadOnlyList<string> Names { get; }

    public string Operands { get; }

    /// <summary>A command line that works, with V for the placeholder.</summary>
    public string Cure { get; }

    public bool StopsAtOperand => Has('+');

    public bool IsStrict => Has('s');

    public bool IsShell => Has('p');

    public bool IsInterpreter => Has('p') || Has('c');

    public bool ReadsProgram => Has('<');

    public bool AlwaysReadsProgram => _flags.Contains("<<", StringComparison.Ordinal);

    public bool RunsAnything => Has('f');

    public bool HasBundle => Has('o');

    public bool MarkProtectsNothing => Has('n');

    public bool ReadsVariables => Has('v');

    public bool OpensNames => Has('y');

    private bool IgnoresCase => Has('i');

    /// <summary>The row of a program by the last part of its path; null for one that only sees its arguments.</summary>
    public static ProgramSyntax? Find(string name)
    {
        if (name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase)) name = name[..^4].ToLowerInvariant();
        if (ByName.TryGetValue(name, out var syntax)) return syntax;
        var plain = name.TrimEnd(Version);
        return plain.Length > 0 && plain.Length < name.Length ? ByName.GetValueOrDefault(plain) : null;
    }

    /// <summary>The row of a subcommand; null for one that only sees its arguments.</summary>
    public static ProgramSyntax? FindSub(string program, string sub) =>
        ByName.GetValueOrDefault($"{program}-{sub}") ?? ByName.GetValueOrDefault(program + "*");

    /// <summary>True for a row that is about a subcommand, as <c>git-fetch</c>.</summary>
    public static bool IsSubcommand(string name)
    {
        for (var i = name.IndexOf('-'); i > 0; i = name.IndexOf('-', i + 1))
            if (ByName.GetValueOrDefault(name[..i])?.Operands == "@") return true;
        return false;
    }

    /// <summary>The option of exactly this name, or the dangerous one that it may abbreviate; null for one that is not known.</summary>
    public ProgramOption? Option(string name)
    {
        if (_options.TryGetValue(name, out var option)) return option;
        if (IgnoresCase)
        {
            var lower = "-" + name.TrimStart('-', '/').ToLowerInvariant();
            return _options.Values.FirstOrDefault(o => lower.Length > 1 && o.Name.StartsWith(lower, StringComparison.Ordinal));
        }
        if (name.Length < 3 || !name.StartsWith("--", StringComparison.Ordinal)) return null;
        return _options.Values.FirstOrDefault(o => o.IsDangerous && o.Name.StartsWith(name, StringComparison.Ordinal));
    }

    /// <summary>The option of several letters after one dash (<c>-ex</c>, <c>-jar</c>) that a word is or begins with before a
    /// value.</summary>
    public ProgramOption? LongOption(CommandWord word, out int length)
    {
        length = word.Text.Length;
        if (IgnoresCase) return Option(word.Text);
        if (_options.GetValueOrDefault(word.Text) is { Name.Length: > 2 } exact) return exact;
        foreach (var option in _options.Values)
        {
            length = option.Name.Length;
            if (length > 2 && option.Name[1] != '-' && word.Text.Length > length && word.Text[length] is CommandWord.Value or '='
                && word.Text.StartsWith(option.Name, StringComparison.Ordinal)) return option;
        }
        return null;
    }

    private bool Has(char flag) => _flags.Contains(flag, StringComparison.Ordinal);

    private static FrozenDictionary<string, ProgramSyntax> Read()
    {
        var rows = new Dictionary<string, ProgramSyntax>(StringComparer.Ordinal);
        foreach (var line in ProgramTable.Rows.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var syntax = new ProgramSyntax(line);
            foreach (var name in syntax.Names) rows.TryAdd(name, syntax);
        }
        return rows.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
