namespace AiwgDaemon.Rules.Values;

/// <summary>
/// A list of commands of a script while it is read: the words of the command at hand, the groups (<c>if</c>, <c>while</c>, <c>{</c>) around
/// it, and which values go through its pipes. Each command goes to <see cref="CommandCheck"/> when it ends.
/// </summary>
internal sealed class ScriptFrame(FrameKind kind, CommandCheck check, IReadOnlyList<ValueOrigin> input)
{
    private sealed record Group(int Start, bool IsCase, IReadOnlyList<ValueOrigin> Input, List<ValueOrigin> Produced);

    private readonly List<CommandWord> _words = [];
    private readonly ScriptWord _word = new();
    private readonly List<ValueOrigin> _produced = [];
    private readonly List<ValueOrigin> _stage = [];
    private readonly List<ValueOrigin> _redirected = [];
    private readonly List<string> _files = [];
    private readonly Stack<Group> _groups = new();
    private readonly IReadOnlyList<ValueOrigin> _initial = input;
    private IReadOnlyList<ValueOrigin>? _piped;
    private string? _redirection;

    public FrameKind Kind => kind;

    /// <summary>What the commands write, as far as it may have values.</summary>
    public IReadOnlyList<ValueOrigin> Produced => _produced;

    /// <summary>What the command at hand reads.</summary>
    public IReadOnlyList<ValueOrigin> Input =>
        [.. _piped ?? (_groups.TryPeek(out var group) ? group.Input : _initial), .. _redirected, .. check.Scope.InputAt(Start)];

    /// <summary>Where the command began; under this index its here-documents are noted.</summary>
    public int Start { get; private set; } = ScriptScope.WholeScript;

    /// <summary>Inside of <c>case … in</c>, before a closing parenthesis.</summary>
    public bool IsPattern { get; private set; }

    /// <summary>Inside of <c>[[ … ]]</c>, where no character separates commands.</summary>
    public bool IsConditional { get; private set; }

    public bool InWord => _word.IsBegun;

    public bool IsAssigning => _word.IsBegun && _word.EndsWith('=') && _words.Count == 0;

    public bool IsInCase => _groups.TryPeek(out var group) && group.IsCase;

    /// <summary>The command has no words yet.</summary>
    public bool AtBeginning => _words.Count == 0 && !_word.IsBegun;

    public bool AtFor => !_word.IsBegun && _words is [{ Text: "for" }];

    public bool IsTilde => _word.Text == "~";

    /// <summary>The values in the words so far.</summary>
    public IEnumerable<ValueOrigin> Values => [.. _words.SelectMany(w => w.Origins), .. _word.Origins];

    public string Word => _word.Text;

    public void Begin(int at)
    {
        if (Start == ScriptScope.WholeScript) Start = at;
    }

    public void Append(char c, int at, bool quoted)
    {
        Begin(at);
        _word.Append(c, quoted);
    }

    /// <summary>Quotes make a word of nothing.</summary>
    public void BeginWord(int at)
    {
        Begin(at);
        _word.Begin();
    }

    public void Append(IReadOnlyCollection<ValueOrigin> origins, int at)
    {
        Begin(at);
        _word.Append(origins);
    }

    public void ClearWord() => _word.Clear();

    public void Redirect(string operation) => _redirection = operation;

    /// <summary>Adds what the commands in parentheses wrote.</summary>
    public void AddStage(IReadOnlyList<ValueOrigin> origins) => _stage.AddRange(origins);

    public void EndWord()
    {
        if (_word.Take() is not { } word) return;
        if (_redirection is { } operation)
        {
            _redirection = null;
            if (operation[0] == '<')
            {
                _redirected.AddRange(word.Origins);
                _redirected.AddRange(check.Scope.Of(ScriptScope.File + CommandCheck.Plain(word.Text)));
            }
            else if (word.IsLiteral) _files.Add(ScriptScope.File + CommandCheck.Plain(word.Text));
            return;
        }
        if (IsPattern && word.Text == "esac")
        {
            IsPattern = false;
            _words.Clear();
            Close();
            return;
        }
        _words.Add(word);
        if (kind != FrameKind.Array) Keyword(word.Text);
    }

    private void Keyword(string word)
    {
        if (word == "]]") IsConditional = false;
        if (_words is [{ Text: "case" }, _, { Text: "in" }])
        {
            Open(isCase: true);
            IsPattern = true;
            return;
        }
        if (_words is [{ Text: "function" }, _])
        {
            Function();
            return;
        }
        if (_words.Count != 1) return;
        switch (word)
        {
            case "[[":
                IsConditional = true;
                break;
            case "then" or "do" or "else" or "elif" or "!" or "coproc":
                _words.Clear();
                break;
            case "if" or "while" or "until" or "{":
                Open(isCase: false);
                break;
            case "}" or "fi" or "done" or "esac":
                _words.Clear();
                Close();
                break;
        }
    }

    private void Open(bool isCase)
    {
        _groups.Push(new Group(Start, isCase, Input, []));
        _piped = null;
        _words.Clear();
        Start = ScriptScope.WholeScript;
    }

    private void Close()
    {
        if (!_groups.TryPop(out var group)) return;
        _stage.AddRange(group.Produced);
        _piped = group.Input;
        // A here-document behind its end is read inside of it.
        Start = group.Start;
    }

    /// <summary>The name of a function stands before parentheses.</summary>
    public void Function()
    {
        EndWord();
        if (_words.Count > 0) check.Scope.AddFunction(_words[^1].Text);
        _words.Clear();
        Start = ScriptScope.WholeScript;
    }

    /// <summary>The closing parenthesis of a pattern.</summary>
    public void EndPattern()
    {
        EndWord();
        _words.Clear();
        IsPattern = false;
        Start = ScriptScope.WholeScript;
    }

    /// <summary>The next branch of <c>case</c>.</summary>
    public void BeginPattern() => IsPattern = true;

    /// <summary>At <c>;</c>, <c>&amp;</c>, a line end, a closing parenthesis, the end; or at a pipe, whose other end gets what it
    /// wrote.</summary>
    public void EndCommand(bool pipe)
    {
        EndWord();
        if (IsPattern)
        {
            _words.Clear();
            return;
        }
        Judge();
        foreach (var file in _files) check.Scope.Add(file, _stage);
        var produced = _groups.TryPeek(out var group) ? group.Produced : _produced;
        produced.AddRange(_stage.Except(produced));
        _piped = pipe ? [.. _stage.Distinct()] : null;
        _stage.Clear();
        _files.Clear();
        _redirected.Clear();
        _words.Clear();
        _redirection = null;
        IsConditional = false;
        Start = ScriptScope.WholeScript;
    }

    private void Judge()
    {
        var current = Input;
        var words = _words.ToList();
        _stage.AddRange(words.SelectMany(w => w.Origins));
        _stage.AddRange(current);
        if (kind == FrameKind.Array)
        {
            ShellBuiltIn.Subscripts(check, words);
            return;
        }
        if (words is [{ Text: "for" or "select" }, var variable, ..])
        {
            if (variable.HasValue)
                check.Refuse(
                    variable.Origins,
                    "would choose the variable that for sets",
                    $"write for f in {CommandCheck.Shown(variable.Origins[0])}"
                );
            check.Scope.Add(variable.Text, words.Count > 2 ? words.SelectMany(w => w.Origins) : check.Scope.Of(ScriptScope.Arguments));
            _words.Clear();
            Open(isCase: false);
            _stage.Clear();
            return;
        }
        while (words.Count > 0 && words[0].Text is "time" or "!") words.RemoveAt(0);
        var count = words.FindIndex(w => !w.IsAssignment);
        if (count < 0) count = words.Count;
        foreach (var assignment in words.Take(count)) ShellBuiltIn.Assign(check, assignment, exported: count < words.Count);
        check.Check([.. words.Skip(count)], current);
    }
}
