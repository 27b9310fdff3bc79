using System.CommandLine;

namespace AiwgDaemon.Cli;

/// <summary>
/// <c>complete -- WORDS…</c>, for the shells' scripts: what the last word, so far as it is written, may become. A line each,
/// with a description after a tab; <c>:file</c> and <c>:dir</c> ask the shell for paths. Never fails: a completion has
/// nobody to tell.
/// </summary>
internal static class CompleteCommand
{
    public static Command Create()
    {
        var newWord = new Option<bool>("--new-word") { Description = "A word that is still empty follows the given ones" };
        var words = new Argument<string[]>("words")
        {
            Description = "What is written after the program's name, up to the cursor",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("complete", "What the last word may become, for the scripts of 'completions'") { newWord, words };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            string[] written = [.. parsed.GetValue(words) ?? [], .. parsed.GetValue(newWord) ? [""] : Array.Empty<string>()];
            foreach (var candidate in For(written))
                parsed.InvocationConfiguration.Output.Write(
                    candidate.Description.Length == 0 ? $"{candidate.Value}\n" : $"{candidate.Value}\t{candidate.Description}\n"
                );
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "complete -- actions run ''");
    }

    /// <summary>The candidates for the last of the words.</summary>
    public static IEnumerable<Candidate> For(string[] words)
    {
        var current = words.Length == 0 ? "" : words[^1];
        var place = CompletionPlace.Of(CommandTree.Create(words), words.AsSpan(0, Math.Max(0, words.Length - 1)));
        return Candidates(place, current)
            .Where(c => c.Value.StartsWith(':') || c.Value.StartsWith(current, StringComparison.Ordinal))
            // A name with a tab or a line break cannot be said in this protocol.
            .Where(c => !c.Value.Any(char.IsControl));
    }

    private static IEnumerable<Candidate> Candidates(CompletionPlace place, string current)
    {
        if (place.Option is { } option) return ValuesOf(option, option.HelpName, place);
        if (current.StartsWith('-') && !place.OptionsEnded)
        {
            if (current.IndexOf('=') is > 0 and var equals && place.FindOption(current[..equals]) is { } assigned)
                return ValuesOf(assigned, assigned.HelpName, place)
                    .Select(c => c.Value.StartsWith(':') ? c : c with { Value = current[..(equals + 1)] + c.Value });
            return place.Options().Select(o => new Candidate(o.Name, FirstLine(o.Description)));
        }
        var commands =
            place.Arguments > 0
                ? []
                : place.Command.Subcommands.Where(c => !c.Hidden).Select(c => new Candidate(c.Name, FirstLine(c.Description)));
        return place.Argument is { } argument ? commands.Concat(ValuesOf(argument, argument.HelpName, place)) : commands;
    }

    private static IEnumerable<Candidate> ValuesOf(Symbol symbol, string? helpName, CompletionPlace place)
    {
        if (helpName == "FILE" || symbol.Name == "--path")
            return [new(":file", "")];
        if (helpName == "DIR")
            return [new(":dir", "")];
        var fixedWords = symbol
            .GetCompletions(System.CommandLine.Completions.CompletionContext.Empty)
            .Select(c => new Candidate(c.Label, ""));
        return fixedWords.Concat(ProjectNames.For(place.Path, symbol.Name, place.Project));
    }

    private static string FirstLine(string? description) => ConsoleText.Printable(description ?? "");
}

/// <summary>What a word may become, and what that is; a value that begins with a colon is for the shell.</summary>
internal sealed record Candidate(string Value, string Description);
