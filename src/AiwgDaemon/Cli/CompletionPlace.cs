using System.CommandLine;
using AiwgDaemon.Lifecycle;

namespace AiwgDaemon.Cli;

/// <summary>Where in the command tree a half-written line ends: the command, and what its next word would be. Pure but for the project's
/// place.</summary>
internal sealed class CompletionPlace
{
    private readonly List<Command> _commands = [];
    private string? _project;

    private CompletionPlace(Command root) => _commands.Add(root);

    public Command Command => _commands[^1];

    /// <summary>The words that lead to the command, without the program's name.</summary>
    public string Path => string.Join(' ', _commands.Skip(1).Select(c => c.Name));

    /// <summary>The option whose value comes next; null if none does.</summary>
    public Option? Option { get; private set; }

    /// <summary>How many of the command's arguments are written.</summary>
    public int Arguments { get; private set; }

    /// <summary>After <c>--</c> everything is an argument.</summary>
    public bool OptionsEnded { get; private set; }

    /// <summary>The argument that comes next; null if there is no room for one.</summary>
    public Argument? Argument
    {
        get
        {
            var before = 0;
            foreach (var argument in Command.Arguments.Where(a => !a.Hidden))
            {
                before += argument.Arity.MaximumNumberOfValues;
                if (Arguments < before) return argument;
            }
            return null;
        }
    }

    public ProjectPaths Project => GlobalOptions.ProjectOf(_project);

    /// <summary>Takes the words one after the other, as the parser would.</summary>
    public static CompletionPlace Of(Command root, ReadOnlySpan<string> words)
    {
        var place = new CompletionPlace(root);
        foreach (var word in words) place.Take(word);
        return place;
    }

    public Option? FindOption(string name) => Options().FirstOrDefault(o => o.Name == name || o.Aliases.Contains(name));

    /// <summary>The command's own options and those that its parents pass on.</summary>
    public IEnumerable<Option> Options() =>
        _commands.SelectMany(c => c.Options.Where(o => !o.Hidden && (o.Recursive || c == Command)));

    private void Take(string word)
    {
        if (Option is { } option)
        {
            // bash takes "--name=value" apart at the sign.
            if (word == "=") return;
            if (option == GlobalOptions.Project) _project = word;
            Option = null;
        }
        else if (word == "--" && !OptionsEnded)
        {
            OptionsEnded = true;
        }
        else if (word.StartsWith('-') && !OptionsEnded)
        {
            TakeOption(word);
        }
        else if (!OptionsEnded && Arguments == 0 && Command.Subcommands.FirstOrDefault(c => c.Name == word) is { } command)
        {
            _commands.Add(command);
        }
        else
        {
            Arguments++;
        }
    }

    private void TakeOption(string word)
    {
        var equals = word.IndexOf('=');
        if (FindOption(equals > 0 ? word[..equals] : word) is not { } option) return;
        if (equals < 0)
        {
            if (option.Arity.MinimumNumberOfValues > 0) Option = option;
        }
        else if (option == GlobalOptions.Project)
        {
            _project = word[(equals + 1)..];
        }
    }
}
