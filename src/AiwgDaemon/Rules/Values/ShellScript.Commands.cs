namespace AiwgDaemon.Rules.Values;

// Characters without quotes: what separates words and commands, and where their input comes from.
internal sealed partial class ShellScript
{
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
            case '['
                when Frame.InWord
                    ? Frame.Word != "[" && !Frame.Word.All(w => char.IsAsciiLetterOrDigit(w) || w == '_')
                    : _at + 1 < _text.Length && _text[_at + 1] is not (' ' or '\t' or '[') && Frame.Kind != FrameKind.Array:
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
}
