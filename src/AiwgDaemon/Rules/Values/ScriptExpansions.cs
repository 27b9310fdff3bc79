namespace AiwgDaemon.Rules.Values;

/// <summary>What a dollar sign begins in a script, and arithmetic.</summary>
internal sealed class ScriptExpansions(ScriptCursor script)
{
    public void InBrace(char c)
    {
        if (c == '}') script.Unquote();
        else if (c == '\'' && !script.Within(ScriptQuote.Double)) script.Open(ScriptQuote.Single, 1);
        else script.Copy(1);
    }

    // Arithmetic and subscripts: what they name is evaluated.
    public void Evaluated(char c)
    {
        var quote = script.Quotes.Peek();
        if (char.IsAsciiLetter(c) || c == '_')
        {
            var start = script.At;
            while (script.At < script.Text.Length && (char.IsAsciiLetterOrDigit(script.Text[script.At]) || script.Text[script.At] == '_'))
                script.Copy(1);
            script.Evaluates(script.Scope.Of(script.Text[start..script.At]));
        }
        else if (c == '(' && quote == ScriptQuote.Arithmetic) script.Open(ScriptQuote.Arithmetic, 1);
        else if (c == '[' && quote == ScriptQuote.Bracket) script.Open(ScriptQuote.Bracket, 1);
        else if (c == '{' && quote == ScriptQuote.Subscript) script.Open(ScriptQuote.Subscript, 1);
        else if (c == ')' && quote == ScriptQuote.Arithmetic)
        {
            script.Quotes.Pop();
            script.Copy(script.Quotes.Peek() != ScriptQuote.Arithmetic && script.Next("))") ? 2 : 1);
        }
        else if ((c == ']' && quote == ScriptQuote.Bracket) || (c == '}' && quote == ScriptQuote.Subscript)) script.Unquote();
        else script.Copy(1);
    }

    public void Dollar()
    {
        var unquoted = script.Quotes.Peek() is ScriptQuote.None or ScriptQuote.Backquote;
        var next = script.At + 1 < script.Text.Length ? script.Text[script.At + 1] : ' ';
        if (script.Next("$((")) script.Value(3, ScriptQuote.Arithmetic);
        else if (script.Next("$(")) script.Enter(FrameKind.Substitution, ScriptQuote.None, 2);
        else if (script.Next("$[")) script.Value(2, ScriptQuote.Bracket);
        else if (script.Next("${")) Parameter();
        else if (next == '\'' && unquoted) script.Open(ScriptQuote.Ansi, 2);
        else if (next == '"' && unquoted) script.Raw(1);
        else if (char.IsAsciiLetter(next) || next == '_')
        {
            var start = script.At + 1;
            script.Raw(1);
            while (script.At < script.Text.Length && (char.IsAsciiLetterOrDigit(script.Text[script.At]) || script.Text[script.At] == '_'))
                script.Raw(1);
            Expand(script.Text[start..script.At]);
        }
        else if (char.IsAsciiDigit(next) || next is '@' or '*' or '#' or '?' or '!' or '-' or '$')
        {
            script.Raw(2);
            Expand(char.IsAsciiDigit(next) || next is '@' or '*' ? ScriptScope.Arguments : "");
        }
        else script.Literal(1);
    }

    private void Expand(string variable)
    {
        var origins = script.Scope.Of(variable);
        if (script.IsEvaluated) script.Evaluates(origins);
        script.Frame.Append(origins, script.At);
    }

    // ${NAME…}: what follows the name is a word, a pattern, or (${s:…}, ${a[…]}) arithmetic.
    private void Parameter()
    {
        script.Raw(2);
        var prefix =
            script.At < script.Text.Length
            && script.Text[script.At] is '#' or '!'
            && script.At + 1 < script.Text.Length
            && script.Text[script.At + 1] != '}'
                ? script.Text[script.At]
                : ' ';
        if (prefix != ' ')
            script.Raw(1);
        var start = script.At;
        while (script.At < script.Text.Length && (char.IsAsciiLetterOrDigit(script.Text[script.At]) || script.Text[script.At] == '_'))
            script.Raw(1);
        var name = script.Text[start..script.At];
        if (name.Length == 0 && script.At < script.Text.Length && script.Text[script.At] is '@' or '*' or '#' or '?' or '$' or '!' or '-')
        {
            name = ScriptScope.Arguments;
            script.Raw(1);
        }
        else if (name.Length > 0 && char.IsAsciiDigit(name[0])) name = ScriptScope.Arguments;
        var origins = script.Scope.Of(name);
        var next = script.At < script.Text.Length ? script.Text[script.At] : ' ';
        var after = script.At + 1 < script.Text.Length ? script.Text[script.At + 1] : ' ';
        if (name.Length == 0 && script.IsAtPlaceholder(out var chosen))
            script.Check.Refuse(
                [ScriptCursor.Origin(chosen)],
                "would choose a variable",
                $"write the variable's name, or the value itself: \"{{{{{chosen.Name}}}}}\""
            );
        if (origins.Count > 0 && (prefix == '!' || next is '@' or '('))
            script.Check.Refuse(
                origins,
                $"would be expanded once more by ${{{(prefix == '!' ? "!" : "")}{name}{(next == '@' ? "@…" : "")}}}",
                $"write \"${{{name}}}\""
            );
        // zsh: ${(e)name} evaluates.
        if (name.Length == 0 && next == '(' && script.Scope.HasVariables)
            script.Check.Refuse(script.Scope.Any, "may be evaluated by ${(…)…}", "write the expansion without flags");
        if (prefix != '#')
            script.Frame.Append(origins, script.At);
        else
            script.Frame.Append([], script.At);
        if (script.IsEvaluated)
            script.Evaluates(origins);
        if (next == '=' || (next == ':' && after == '='))
            Assigned(name);
        script.Quotes.Push(
            next == '[' || (next == ':' && after is not ('-' or '=' or '?' or '+')) ? ScriptQuote.Subscript : ScriptQuote.Brace
        );
        if (next is ':' or '[')
            script.Raw(1);
    }

    // ${x:={{…}}}: the value ends up in the variable.
    private void Assigned(string name)
    {
        if (script.Variable is null) return;
        var end = script.Text.IndexOf('\n', script.At) is >= 0 and var line ? line : script.Text.Length;
        var origins = Placeholder.In(script.Text[script.At..end]).Select(ScriptCursor.Origin).ToList();
        script.Scope.Add(name, origins);
        if (origins.Count > 0)
            script.Check.Assign(name, new CommandWord(new string(CommandWord.Value, origins.Count), origins), exported: false);
    }
}
