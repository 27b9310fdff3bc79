namespace AiwgDaemon.Rules.Values;

// What a dollar sign begins, and arithmetic.
internal sealed partial class ShellScript
{
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
        if (origins.Count > 0)
            ShellBuiltIn.Arithmetic(_check, new CommandWord(new string(CommandWord.Value, origins.Count), origins), "arithmetic");
    }

    private bool IsEvaluated => Within(Quote.Arithmetic) || Within(Quote.Bracket) || Within(Quote.Subscript);

    /// <summary>True if such a quote is open in the command at hand.</summary>
    private bool Within(Quote quote) => _quotes.TakeWhile(q => q is not (Quote.None or Quote.Backquote)).Contains(quote);

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
            _check.Refuse(
                [Origin(chosen)],
                "would choose a variable",
                $"write the variable's name, or the value itself: \"{{{{{chosen.Name}}}}}\""
            );
        if (origins.Count > 0 && (prefix == '!' || next is '@' or '('))
            _check.Refuse(
                origins,
                $"would be expanded once more by ${{{(prefix == '!' ? "!" : "")}{name}{(next == '@' ? "@…" : "")}}}",
                $"write \"${{{name}}}\""
            );
        // zsh: ${(e)name} evaluates.
        if (name.Length == 0 && next == '(' && _scope.HasVariables)
            _check.Refuse(_scope.Any, "may be evaluated by ${(…)…}", "write the expansion without flags");
        if (prefix != '#')
            Frame.Append(origins, _at);
        else
            Frame.Append([], _at);
        if (IsEvaluated)
            Evaluates(origins);
        if (next == '=' || (next == ':' && after == '='))
            Assigned(name);
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
}
