using System.Text;

namespace AiwgDaemon.Rules;

/// <summary>
/// Follows the words of the simple command at hand, to see whether the word that begins next is a program text for another
/// interpreter (<c>eval</c>, <c>sh -c</c>, <c>python -c</c>): a value inside it would be run however it is quoted.
/// </summary>
internal sealed class ShellWords
{
    private static readonly string[] Interpreters =
    [
        "sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "fish", "su", "runuser", "python", "perl", "ruby", "node", "nodejs", "bun", "php", "pwsh",
        "powershell", "osascript", "lua", "expect", "flock", "script",
    ];

    private static readonly string[] CommandTakers = ["eval", "ssh", "autossh", "parallel", "watch", "trap"];

    // Programs that start the one that their arguments name; two of them take a line for a shell too, after -c.
    private static readonly string[] Wrappers =
        ["env", "sudo", "doas", "nice", "ionice", "nohup", "setsid", "timeout", "stdbuf", "xargs", "chroot", "flock", "unshare", "strace", "time", "script", "sshpass"];

    // python3.12.
    private static readonly char[] Version = [.. "0123456789."];

    private readonly StringBuilder _word = new();
    private string _previous = "";
    private string? _interpreter;

    /// <summary>Why no value may stand in the current word; null where one may.</summary>
    public string? Fault =>
        _interpreter is null ? null
        : CommandTakers.Contains(_interpreter) || CodeOption(_interpreter, _previous, _word.ToString()) is not null
            ? $"would be part of a program that {_interpreter} runs (pass it as an argument or in env: and read that there)"
            : null;

    /// <summary>True where the command reads a program from its standard input, as <c>sh &lt;&lt;EOF</c> does.</summary>
    public bool IsInterpreting => (_interpreter is not null && !IsWrapper(_interpreter)) || (IsInterpreter(_word.ToString()) && !IsWrapper(_word.ToString()));

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
        var word = _word.ToString();
        _word.Clear();
        if (!Precedes(_interpreter, _previous, word)) _previous = word;
        // What ssh is given goes through a shell, whatever that then starts.
        if (IsInterpreter(word) && (_interpreter is null || !IsCommandTaker(_interpreter))) _interpreter = Name(word);
    }

    public static bool IsInterpreter(string word) => Interpreters.Contains(Name(word).TrimEnd(Version)) || CommandTakers.Contains(Name(word));

    /// <summary>True for what hands all its arguments to a shell, as <c>ssh</c> does.</summary>
    public static bool IsCommandTaker(string word) => CommandTakers.Contains(Name(word));

    /// <summary>True for what runs another program, as <c>sudo</c> does.</summary>
    public static bool IsWrapper(string word) => Wrappers.Contains(Name(word));

    /// <summary>The option that makes code of what stands after <paramref name="begun"/> in its word: the word before, or what the word begins with (<c>-cprint(</c>).</summary>
    public static string? CodeOption(string interpreter, string previous, string begun) =>
        IsCode(interpreter, previous) ? previous
        : IsCode(interpreter, begun) ? begun
        : begun.Length > 2 && IsInterpreter(previous) && IsCode(interpreter, begun[..2]) ? begun[..2]
        : null;

    /// <summary>True where the code that <paramref name="option"/> announces is still to come after this further option: <c>sh -c -- …</c>.</summary>
    public static bool Precedes(string? interpreter, string option, string next) => interpreter is not null && next.StartsWith('-') && IsCode(interpreter, option);

    /// <summary>An option whose next word is code: <c>-c</c>, <c>-e</c>, also among others (<c>-lc</c>). Rather one too many: what follows may be refused, never run.</summary>
    private static bool IsCode(string interpreter, string option) =>
        option.Length >= 2 && option[0] == '-'
        && (option.EndsWith("command", StringComparison.OrdinalIgnoreCase)
            || (option[1] == '-' ? option.Split('=')[0] is "--command" or "--eval" or "--print"
            : option[^1] is 'c' or 'e' or 'E' || (option[^1] is 'r' or 'p' && Name(interpreter) is "node" or "nodejs" or "php")));

    private static string Name(string word)
    {
        var name = word[(word.LastIndexOfAny(['/', '\\']) + 1)..];
        return name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name;
    }
}
