using System.Text;

namespace AiwgDaemon.Rules;

/// <summary>
/// Follows the words of the simple command at hand, to see whether the word that begins next is a program text for another
/// interpreter (<c>eval</c>, <c>sh -c</c>, <c>python -c</c>): a value inside it would be run however it is quoted.
/// </summary>
internal sealed class ShellWords
{
    private static readonly string[] Interpreters =
        ["sh", "bash", "dash", "ash", "zsh", "ksh", "fish", "su", "runuser", "python", "python3", "perl", "ruby", "node", "php", "pwsh", "powershell", "osascript", "lua"];

    private static readonly string[] CommandTakers = ["eval", "ssh", "watch", "trap"];

    private readonly StringBuilder _word = new();
    private string _previous = "";
    private string? _interpreter;

    /// <summary>Why no value may stand in the current word; null where one may.</summary>
    public string? Fault =>
        _interpreter is null ? null
        : CommandTakers.Contains(_interpreter) || IsCode(_interpreter, _previous)
            ? $"would be part of a program that {_interpreter} runs (pass it as an argument or in env: and read that there)"
            : null;

    /// <summary>True where the command reads a program from its standard input, as <c>sh &lt;&lt;EOF</c> does.</summary>
    public bool IsInterpreting => _interpreter is not null || IsInterpreter(_word.ToString());

    /// <summary>A new command.</summary>
    public void Begin()
    {
        _word.Clear();
        (_previous, _interpreter) = ("", null);
    }

    public void Append(char c, bool quoted = false)
    {
        if (quoted || c is not (' ' or '\t' or '\n'))
        {
            if (c is not ('\'' or '"' or '\\')) _word.Append(c);
            return;
        }
        if (_word.Length == 0) return;
        _previous = _word.ToString();
        _word.Clear();
        if (IsInterpreter(_previous)) _interpreter = Name(_previous);
    }

    public static bool IsInterpreter(string word) => Interpreters.Contains(Name(word)) || CommandTakers.Contains(Name(word));

    /// <summary>An option whose next word is code: <c>-c</c>, <c>-e</c>, also among others (<c>-lc</c>). Rather one too many: what follows may be refused, never run.</summary>
    public static bool IsCode(string interpreter, string option) =>
        option.Length >= 2 && option[0] == '-'
        && (option[1] == '-' ? option is "--command" or "--eval" or "--print"
            : option[^1] is 'c' or 'e' or 'E' || (option[^1] is 'r' or 'p' && Name(interpreter) is "node" or "php"));

    private static string Name(string word)
    {
        var name = word[(word.LastIndexOfAny(['/', '\\']) + 1)..];
        return name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name;
    }
}
