namespace AiwgDaemon.Rules.Values;

/// <summary>Characters of a script without quotes: what separates words and commands, and where their input comes from.</summary>
internal sealed class ScriptSeparators(ScriptCursor script)
{
    private readonly HereDocuments _documents = new(script);

    public void Read(char c)
    {
        switch (c)
        {
            case '\'':
                script.Open(ScriptQuote.Single, 1);
                return;
            case '(':
                Parenthesis();
                return;
            case ')' when script.Frame.IsPattern:
                script.Raw(1);
                script.Frame.EndPattern();
                return;
            case ')' when script.Frame.IsConditional:
                script.Frame.EndWord();
                script.Raw(1);
                return;
            // A case pattern has its closing parenthesis alone: the outermost level is never left.
            case ')'
                when script.Frames.Count > 1
                    && script.Quotes.Count > 1
                    && script.Quotes.Peek() == ScriptQuote.None
                    && script.Frame.Kind != FrameKind.Backquote:
                script.Quotes.Pop();
                script.Leave();
                script.Raw(1);
                return;
            case '#' when !script.Frame.InWord:
                var end = script.Text.IndexOf('\n', script.At);
                Comment(end < 0 ? script.Text.Length : end);
                return;
            case '<' or '>':
                Redirection();
                return;
            case '\n' when _documents.AreDue:
                Separate(1, pipe: false);
                _documents.ReadBodies();
                return;
            case ' ' or '\t' or '\r':
                script.Frame.EndWord();
                script.Raw(1);
                return;
            case '&' when script.Next("&>"):
                script.Frame.EndWord();
                script.Frame.Begin(script.At);
                script.Raw(script.Next("&>>") ? 3 : 2);
                script.Frame.Redirect(">");
                return;
            case '\n' or ';' or '&' or '|':
                Separator(c);
                return;
            case '*' or '?':
                script.Frame.Append([], script.At);
                script.Raw(1);
                return;
            case '['
                when script.Frame.InWord
                    ? script.Frame.Word != "[" && !script.Frame.Word.All(w => char.IsAsciiLetterOrDigit(w) || w == '_')
                    : script.At + 1 < script.Text.Length
                        && script.Text[script.At + 1] is not (' ' or '\t' or '[')
                        && script.Frame.Kind != FrameKind.Array:
                script.Frame.Append([], script.At);
                script.Raw(1);
                return;
            default:
                script.Copy(1);
                return;
        }
    }

    private void Separator(char c)
    {
        if (script.Frame.IsConditional && c != ';')
        {
            script.Frame.EndWord();
            script.Raw(1);
            return;
        }
        if (c == ';' && script.Frame.IsInCase && (script.Next(";;") || script.Next(";&")))
        {
            Separate(script.Next(";;&") ? 3 : 2, pipe: false);
            script.Frame.BeginPattern();
            return;
        }
        var pipe = c == '|' && !script.Next("||");
        Separate(script.Next("&&") || script.Next("||") || script.Next("|&") ? 2 : 1, pipe);
    }

    private void Separate(int length, bool pipe)
    {
        script.Frame.EndCommand(pipe);
        script.Raw(length);
    }

    private void Parenthesis()
    {
        if (script.Frame.IsPattern || script.Frame.IsConditional)
        {
            script.Frame.EndWord();
            script.Raw(1);
        }
        else if ((script.Frame.AtBeginning || script.Frame.AtFor) && script.Next("((")) script.Value(2, ScriptQuote.Arithmetic);
        else if (script.Frame.IsAssigning) script.Enter(FrameKind.Array, ScriptQuote.None, 1);
        else if (script.Text.AsSpan(script.At + 1).TrimStart(" \t").StartsWith(")") && !script.Frame.AtBeginning)
        {
            script.Frame.Function();
            script.Raw(script.Text.IndexOf(')', script.At) - script.At + 1);
        }
        else
        {
            script.Frame.EndWord();
            script.Enter(FrameKind.Subshell, ScriptQuote.None, 1);
        }
    }

    private void Redirection()
    {
        if (script.Frame.IsConditional)
        {
            script.Frame.EndWord();
            script.Raw(1);
            return;
        }
        if (script.Next("<(") || script.Next(">("))
        {
            script.Enter(FrameKind.Process, ScriptQuote.None, 2);
            return;
        }
        // 2>&1: the number is no argument.
        if (script.Frame.InWord && script.Frame.Word.All(char.IsAsciiDigit)) script.Frame.ClearWord();
        else script.Frame.EndWord();
        script.Frame.Begin(script.At);
        if (script.Next("<<") && !script.Next("<<<"))
        {
            _documents.ReadDelimiter();
            return;
        }
        var length = 1;
        while (script.At + length < script.Text.Length && script.Text[script.At + length] is '<' or '>' or '&' or '|' && length < 3)
            length++;
        script.Frame.Redirect(script.Text[script.At] == '<' ? "<" : ">");
        script.Raw(length);
    }

    // What stands in a comment is dropped: it could only do harm there.
    private void Comment(int end)
    {
        while (script.At < end)
        {
            if (script.IsAtPlaceholder(out var placeholder)) script.At = placeholder.End;
            else script.Output.Append(script.Text[script.At++]);
        }
    }
}
