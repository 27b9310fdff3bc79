using System.Text;

namespace AiwgDaemon.Rules.Values;

/// <summary>
/// Turns the placeholders of a shell script into references to environment variables, and finds what would run their values. The quoting
/// around a placeholder decides how the reference is written; were it misjudged, the value could be split into words, but it can never
/// become part of the script, because the script holds a name and no value (POSIX.1-2017, XCU 2.2, 2.3 and 2.7.4). What bash adds
/// is read as bash reads it, because <c>/bin/sh</c> may be bash.
/// </summary>
internal sealed class ShellScript
{
    private enum Quote
    {
        None,
        Single,
        Ansi,
        Double,
        Backquote,
        Arithmetic,
        Bracket,
        Brace,
        Subscript,
    }

    private sealed record HereDocument(string Delimiter, bool IsLiteral, bool HasTabs, int Owner);

    private const int MostPasses = 8;

    private readonly string _text;
    private readonly Func<Placeholder, string>? _variable;
    private readonly ScriptScope _scope;
    private readonly CommandCheck _check;
    private readonly StringBuilder _output = new();
    private readonly Stack<Quote> _quotes = new([Quote.None]);
    private readonly Stack<ScriptFrame> _frames = new();
    private readonly Queue<HereDocument> _hereDocuments = new();
    private int _at;

    private ShellScript(string text, Func<Placeholder, string>? variable, ScriptScope scope, ValueFindings findings)
    {
        (_text, _variable, _scope) = (text, variable, scope);
        _check = new CommandCheck(findings, scope, isArgv: false);
        _frames.Push(new ScriptFrame(FrameKind.Script, _check, scope.InputAt(ScriptScope.WholeScript)));
    }

    private ScriptFrame Frame => _frames.Peek();

    private ValueFindings Findings => _check.Findings;

    /// <summary>The script with references; <paramref name="variable"/> gives each placeholder its variable's name.</summary>
    public static string Rewrite(string text, Func<Placeholder, string> variable, ScriptScope scope, ValueFindings findings) => Read(text, variable, scope, findings);

    /// <summary>Looks into a script that has no placeholders of its own, but whose arguments or variables have values.</summary>
    public static void Inspect(string text, ScriptScope scope, ValueFindings findings) => Read(text, null, scope, findings);

    private static string Read(string text, Func<Placeholder, string>? variable, ScriptScope scope, ValueFindings findings)
    {
        for (var pass = 1; ; pass++)
        {
            scope.HasGrown = false;
            var script = new ShellScript(text, variable, scope, findings);
            while (script._at < text.Length) script.Step();
            while (script._frames.Count > 1) script.Leave();
            script.Frame.EndCommand(pipe: false);
            if (!scope.HasGrown || findings.Fault is not null || pass == MostPasses) return script._output.ToString();
        }
    }

    private void Step()
    {
        if (_variable is not null && Placeholder.TryReadAt(_text, _at, out var placeholder))
        {
            Reference(placeholder);
            return;
        }
        var c = _text[_at];
        switch (_quotes.Peek())
        {
            case Quote.Single:
                if (c == '\'') Unquote();
                else Literal(1);
                return;
            case Quote.Ansi:
                if (c == '\'') Unquote();
                else if (c == '\\') Opaque(2);
                else Literal(1);
                return;
            case Quote.Arithmetic or Quote.Bracket or Quote.Subscript when c is not ('$' or '`' or '\\'):
                Evaluated(c);
                return;
        }
        if (c == '\\') Escape();
        else if (c == '$') Dollar();
        else if (c == '`') Backquote();
        else if (c == '"')
        {
            if (_quotes.Peek() == Quote.Double) Unquote();
            else Open(Quote.Double, 1);
        }
        else if (_quotes.Peek() == Quote.Double) Literal(1);
        else if (_quotes.Peek() == Quote.Brace) InBrace(c);
        else Unquoted(c);
    }

    private void InBrace(char c)
    {
        if (c == '}') Unquote();
        else if (c == '\'' && !Within(Quote.Double)) Open(Quote.Single, 1);
        else Copy(1);
    }

    // Arithmetic and subscripts: what they name is evaluated.
    private void Evaluated(char c)
    {
        var quote = _quotes.Peek();
        if (char.IsAsciiLetter(c) || c == '_')
        {
            var start = _at;
            while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_')) Copy(1);
            Evaluates(_scope.Of(_text[start.._at]));
        }
        else if (c == '(' && quote == Quote.Arithmetic) Open(Quote.Arithmetic, 1);
        else if (c == '[' && quote == Quote.Bracket) Open(Quote.Bracket, 1);
        else if (c == '{' && quote == Quote.Subscript) Open(Quote.Subscript, 1);
        else if (c == ')' && quote == Quote.Arithmetic)
        {
            _quotes.Pop();
            Copy(_quotes.Peek() != Quote.Arithmetic && Next("))") ? 2 : 1);
        }
        else if ((c == ']' && quote == Quote.Bracket) || (c == '}' && quote == Quote.Subscript)) Unquote();
        else Copy(1);
    }

    private void Evaluates(IReadOnlyList<ValueOrigin> origins)
    {
        if (origins.Count > 0) ShellBuiltIn.Arithmetic(_check, new CommandWord(new string(CommandWord.Value, origins.Count), origins), "arithmetic");
    }

    private bool IsEvaluated => Within(Quote.Arithmetic) || Within(Quote.Bracket) || Within(Quote.Subscript);

    /// <summary>True if such a quote is open in the command at hand.</summary>
    private bool Within(Quote quote) => _quotes.TakeWhile(q => q is not (Quote.None or Quote.Backquote)).Contains(quote);

    private void Escape()
    {
        if (_at + 1 >= _text.Length)
        {
            Copy(1);
            return;
        }
        var next = _text[_at + 1];
        // A line goes on.
        if (next == '\n')
        {
            Copy(2);
            return;
        }
        if (_quotes.Peek() == Quote.Double && next is not ('$' or '`' or '"' or '\\')) Literal(1);
        else Copy(1);
        Literal(1);
    }

    private void Dollar()
    {
        var unquoted = _quotes.Peek() is Quote.None or Quote.Backquote;
        var next = _at + 1 < _text.Length ? _text[_at + 1] : ' ';
        if (Next("$((")) Value(3, Quote.Arithmetic);
        else if (Next("$(")) Enter(FrameKind.Substitution, Quote.None, 2);
        else if (Next("$[")) Value(2, Quote.Bracket);
        else if (Next("${")) Parameter();
        else if (next == '\'' && unquoted) Open(Quote.Ansi, 2);
        else if (next == '"' && unquoted) Raw(1);
        else if (char.IsAsciiLetter(next) || next == '_')
        {
            var start = _at + 1;
            Raw(1);
            while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_')) Raw(1);
            Expand(_text[start.._at]);
        }
        else if (char.IsAsciiDigit(next) || next is '@' or '*' or '#' or '?' or '!' or '-' or '$')
        {
            Raw(2);
            Expand(char.IsAsciiDigit(next) || next is '@' or '*' ? ScriptScope.Arguments : "");
        }
        else Literal(1);
    }

    private void Value(int length, Quote quote)
    {
        Frame.Append([], _at);
        Open(quote, length);
    }

    private void Expand(string variable)
    {
        var origins = _scope.Of(variable);
        if (IsEvaluated) Evaluates(origins);
        Frame.Append(origins, _at);
    }

    // ${NAME…}: what follows the name is a word, a pattern, or (${s:…}, ${a[…]}) arithmetic.
    private void Parameter()
    {
        Raw(2);
        var prefix = _at < _text.Length && _text[_at] is '#' or '!' && _at + 1 < _text.Length && _text[_at + 1] != '}' ? _text[_at] : ' ';
        if (prefix != ' ') Raw(1);
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_')) Raw(1);
        var name = _text[start.._at];
        if (name.Length == 0 && _at < _text.Length && _text[_at] is '@' or '*' or '#' or '?' or '$' or '!' or '-')
        {
            name = ScriptScope.Arguments;
            Raw(1);
        }
        else if (name.Length > 0 && char.IsAsciiDigit(name[0])) name = ScriptScope.Arguments;
        var origins = _scope.Of(name);
        var next = _at < _text.Length ? _text[_at] : ' ';
        var after = _at + 1 < _text.Length ? _text[_at + 1] : ' ';
        if (name.Length == 0 && _variable is not null && Placeholder.TryReadAt(_text, _at, out var chosen))
            _check.Refuse([Origin(chosen)], "would choose a variable", $"write the variable's name, or the value itself: \"{{{{{chosen.Name}}}}}\"");
        if (origins.Count > 0 && (prefix == '!' || next is '@' or '('))
            _check.Refuse(origins, $"would be expanded once more by ${{{(prefix == '!' ? "!" : "")}{name}{(next == '@' ? "@…" : "")}}}", $"write \"${{{name}}}\"");
        if (prefix != '#') Frame.Append(origins, _at);
        else Frame.Append([], _at);
        if (IsEvaluated) Evaluates(origins);
        if (next == '=' || (next == ':' && after == '=')) Assigned(name);
        _quotes.Push(next == '[' || (next == ':' && after is not ('-' or '=' or '?' or '+')) ? Quote.Subscript : Quote.Brace);
        if (next is ':' or '[') Raw(1);
    }

    // ${x:={{…}}}: the value ends up in the variable.
    private void Assigned(string name)
    {
        if (_variable is null) return;
        var end = _text.IndexOf('\n', _at) is >= 0 and var line ? line : _text.Length;
        var origins = Placeholder.In(_text[_at..end]).Select(Origin).ToList();
        _scope.Add(name, origins);
        if (origins.Count > 0) _check.Assign(name, new CommandWord(new string(CommandWord.Value, origins.Count), origins), exported: false);
    }

    private void Backquote()
    {
        if (_quotes.Contains(Quote.Backquote))
        {
            // Whatever quotes were left open inside end with it.
            while (_quotes.Pop() != Quote.Backquote) { }
            while (Frame.Kind != FrameKind.Backquote) Leave();
            Leave();
            Raw(1);
        }
        else Enter(FrameKind.Backquote, Quote.Backquote, 1);
    }

    private void Enter(FrameKind kind, Quote quote, int length)
    {
        Frame.Begin(_at);
        var input = kind == FrameKind.Process && _text[_at] == '>' ? [.. Frame.Input, .. Frame.Values] : Frame.Input;
        Raw(length);
        _quotes.Push(quote);
        _frames.Push(new ScriptFrame(kind, _check, input));
    }

    // The quote that the frame began with has been closed.
    private void Leave()
    {
        Frame.EndCommand(pipe: false);
        var frame = _frames.Pop();
        if (frame.Kind == FrameKind.Subshell) Frame.AddStage(frame.Produced);
        else if (IsEvaluated) Evaluates(frame.Produced);
        if (frame.Kind != FrameKind.Subshell) Frame.Append([.. frame.Produced.Distinct()], _at);
    }

    private void Unquoted(char c)
    {
        switch (c)
        {
            case '\'':
                Open(Quote.Single, 1);
                return;
            case '(':
                Parenthesis();
                return;
            case ')' when Frame.IsPattern:
                Raw(1);
                Frame.EndPattern();
                return;
            case ')' when Frame.IsConditional:
                Frame.EndWord();
                Raw(1);
                return;
            // A case pattern has its closing parenthesis alone: the outermost level is never left.
            case ')' when _frames.Count > 1 && _quotes.Count > 1 && _quotes.Peek() == Quote.None && Frame.Kind != FrameKind.Backquote:
                _quotes.Pop();
                Leave();
                Raw(1);
                return;
            case '#' when !Frame.InWord:
                var end = _text.IndexOf('\n', _at);
                Comment(end < 0 ? _text.Length : end);
                return;
            case '<' or '>':
                Redirection();
                return;
            case '\n' when _hereDocuments.Count > 0:
                Separate(1, pipe: false);
                while (_hereDocuments.TryDequeue(out var document)) Body(document);
                return;
            case ' ' or '\t' or '\r':
                Frame.EndWord();
                Raw(1);
                return;
            case '&' when Next("&>"):
                Frame.EndWord();
                Frame.Begin(_at);
                Raw(Next("&>>") ? 3 : 2);
                Frame.Redirect(">");
                return;
            case '\n' or ';' or '&' or '|':
                Separator(c);
                return;
            case '*' or '?':
                Frame.Append([], _at);
                Raw(1);
                return;
            case '[' when Frame.InWord ? Frame.Word != "[" && !Frame.Word.All(w => char.IsAsciiLetterOrDigit(w) || w == '_') : _at + 1 < _text.Length && _text[_at + 1] is not (' ' or '\t' or '[') && Frame.Kind != FrameKind.Array:
                Frame.Append([], _at);
                Raw(1);
                return;
            default:
                Copy(1);
                return;
        }
    }

    private void Separator(char c)
    {
        if (Frame.IsConditional && c != ';')
        {
            Frame.EndWord();
            Raw(1);
            return;
        }
        if (c == ';' && Frame.IsInCase && (Next(";;") || Next(";&")))
        {
            Separate(Next(";;&") ? 3 : 2, pipe: false);
            Frame.BeginPattern();
            return;
        }
        var pipe = c == '|' && !Next("||");
        Separate(Next("&&") || Next("||") || Next("|&") ? 2 : 1, pipe);
    }

    private void Separate(int length, bool pipe)
    {
        Frame.EndCommand(pipe);
        Raw(length);
    }

    private void Parenthesis()
    {
        if (Frame.IsPattern || Frame.IsConditional)
        {
            Frame.EndWord();
            Raw(1);
        }
        else if ((Frame.AtBeginning || Frame.AtFor) && Next("((")) Value(2, Quote.Arithmetic);
        else if (Frame.IsAssigning) Enter(FrameKind.Array, Quote.None, 1);
        else if (_text.AsSpan(_at + 1).TrimStart(" \t").StartsWith(")") && !Frame.AtBeginning)
        {
            Frame.Function();
            Raw(_text.IndexOf(')', _at) - _at + 1);
        }
        else
        {
            Frame.EndWord();
            Enter(FrameKind.Subshell, Quote.None, 1);
        }
    }

    private void Redirection()
    {
        if (Frame.IsConditional)
        {
            Frame.EndWord();
            Raw(1);
            return;
        }
        if (Next("<(") || Next(">("))
        {
            Enter(FrameKind.Process, Quote.None, 2);
            return;
        }
        // 2>&1: the number is no argument.
        if (Frame.InWord && Frame.Word.All(char.IsAsciiDigit)) Frame.ClearWord();
        else Frame.EndWord();
        Frame.Begin(_at);
        if (Next("<<") && !Next("<<<"))
        {
            ReadDelimiter();
            return;
        }
        var length = 1;
        while (_at + length < _text.Length && _text[_at + length] is '<' or '>' or '&' or '|' && length < 3) length++;
        Frame.Redirect(_text[_at] == '<' ? "<" : ">");
        Raw(length);
    }

    private void Reference(Placeholder placeholder)
    {
        ValueOrigin[] origins = [Origin(placeholder)];
        var shown = $"{{{{{placeholder.Name}}}}}";
        var name = "${" + _variable!(placeholder) + "}";
        if (IsEvaluated) Evaluates(origins);
        if (_quotes.Contains(Quote.Backquote)) _check.Refuse(origins, "stands in backquotes, where shells differ in what they quote", $"write $(basename {shown}) in place of `basename {shown}`");
        if (_frames.Any(f => f.Kind == FrameKind.Process)) _check.Refuse(origins, "stands in a process substitution, whose output is a file that may be run", $"write printf '%s' {shown} | diff - other.txt");
        if (_quotes.Peek() == Quote.Ansi) _check.Refuse(origins, "stands in $'…', where some shells take it as text", $"write \"{shown}\"");
        if (_quotes.Peek() is Quote.None && Frame.IsTilde) _check.Refuse(origins, "stands behind ~, as the name of a user", $"write \"$HOME\"/{shown}");
        switch (_quotes.Peek())
        {
            case Quote.Single:
                _output.Append("'\"").Append(name).Append("\"'");
                break;
            case Quote.Double:
                _output.Append(name);
                break;
            case Quote.Brace when Within(Quote.Double):
                _output.Append(name);
                break;
            case Quote.Arithmetic or Quote.Bracket or Quote.Subscript:
                _output.Append('0');
                break;
            default:
                _output.Append('"').Append(name).Append('"');
                break;
        }
        Frame.Append(origins, _at);
        _at = placeholder.End;
    }

    // What stands in a comment is dropped: it could only do harm there.
    private void Comment(int end)
    {
        while (_at < end)
        {
            if (_variable is not null && Placeholder.TryReadAt(_text, _at, out var placeholder)) _at = placeholder.End;
            else _output.Append(_text[_at++]);
        }
    }

    private void ReadDelimiter()
    {
        Raw(2);
        var tabs = _at < _text.Length && _text[_at] == '-';
        if (tabs) Raw(1);
        while (_at < _text.Length && _text[_at] is ' ' or '\t') Raw(1);
        var start = _at;
        while (_at < _text.Length && !" \t\n;&|()<>".Contains(_text[_at])) Raw(1);
        var word = _text[start.._at];
        var delimiter = word.Replace("'", "").Replace("\"", "").Replace("\\", "");
        if (delimiter.Length > 0) _hereDocuments.Enqueue(new(delimiter, delimiter.Length != word.Length, tabs, Frame.Start));
    }

    // Who reads the document is known; what is in it is noted for the next pass, because that command has been judged by now.
    private void Body(HereDocument document)
    {
        var origins = new List<ValueOrigin>();
        while (_at < _text.Length)
        {
            var end = _text.IndexOf('\n', _at);
            if (end < 0) end = _text.Length;
            var line = _text.AsSpan(_at, end - _at);
            var last = (document.HasTabs ? line.TrimStart('\t') : line).SequenceEqual(document.Delimiter);
            while (_at < end)
            {
                if (_variable is not null && Placeholder.TryReadAt(_text, _at, out var placeholder)) InBody(placeholder, document, origins);
                else
                {
                    if (!document.IsLiteral) origins.AddRange(Mentioned(end));
                    _output.Append(_text[_at++]);
                }
            }
            if (_at < _text.Length) _output.Append(_text[_at++]);
            if (last) break;
        }
        _scope.AddInput(document.Owner, origins);
    }

    private void InBody(Placeholder placeholder, HereDocument document, List<ValueOrigin> origins)
    {
        var origin = Origin(placeholder);
        if (document.IsLiteral)
            _check.Refuse([origin], "stands in a here-document whose delimiter is quoted, where nothing is replaced", $"write <<{document.Delimiter}");
        origins.Add(origin);
        _output.Append("${").Append(_variable!(placeholder)).Append('}');
        _at = placeholder.End;
    }

    // $name in a here-document; what is inside of $( ) or $(( )) there is not read further, so a value there is refused.
    private IReadOnlyList<ValueOrigin> Mentioned(int end)
    {
        if (_text[_at] != '$' || _at + 1 >= end) return [];
        var start = _at + 1;
        if (_text[start] is '(' or '[' && _variable is not null && Placeholder.In(_text[start..end]).FirstOrDefault() is { } inside)
            _check.Refuse([Origin(inside)], "stands in a command or in arithmetic inside of a here-document", "do that before it, in a variable of your own");
        if (_text[start] is '{') start++;
        var stop = start;
        while (stop < end && (char.IsAsciiLetterOrDigit(_text[stop]) || _text[stop] == '_')) stop++;
        var name = _text[start..stop];
        return _scope.Of(name.Length == 0 && start < end && _text[start] is '@' or '*' || (name.Length > 0 && char.IsAsciiDigit(name[0])) ? ScriptScope.Arguments : name);
    }

    private static ValueOrigin Origin(Placeholder placeholder) => new(placeholder.Name, placeholder.AllowsDash, "command");

    private bool Next(string text) => _text.AsSpan(_at).StartsWith(text);

    private void Open(Quote quote, int length)
    {
        if (quote is Quote.Single or Quote.Double or Quote.Ansi) Frame.BeginWord(_at);
        _quotes.Push(quote);
        Raw(length);
    }

    private void Unquote()
    {
        _quotes.Pop();
        Raw(1);
    }

    /// <summary>Characters that stand for themselves.</summary>
    private void Literal(int count)
    {
        for (; count > 0 && _at < _text.Length; count--)
        {
            if (!Within(Quote.Brace)) Frame.Append(_text[_at], _at, quoted: true);
            Raw(1);
        }
    }

    private void Opaque(int count)
    {
        Frame.Append([], _at);
        Raw(count);
    }

    /// <summary>Characters without quotes; those of <c>${…}</c> and of arithmetic are no part of the word.</summary>
    private void Copy(int count)
    {
        for (; count > 0 && _at < _text.Length; count--)
        {
            if (_quotes.Peek() is Quote.None or Quote.Backquote && _text[_at] != '\\' && _text[_at] != '$' && _text[_at] != '\n') Frame.Append(_text[_at], _at, quoted: false);
            Raw(1);
        }
    }

    private void Raw(int count)
    {
        var length = Math.Min(count, _text.Length - _at);
        _output.Append(_text, _at, length);
        _at += length;
    }
}
