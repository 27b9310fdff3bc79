using System.Text;

namespace AiwgDaemon.Rules;

/// <summary>
/// Turns the placeholders of a POSIX shell script into references to environment variables. The quoting around a
/// placeholder decides how the reference is written; were it misjudged, the value could be split into words, but it can never
/// become part of the script, because the script holds a name and no value (POSIX.1-2017, XCU 2.2, 2.3 and 2.7.4).
/// </summary>
internal sealed class ShellScript
{
    private enum Quote
    {
        None,
        Single,
        Double,
        Backtick,
        Arithmetic,
    }

    private readonly string _text;
    private readonly Func<Placeholder, string> _variable;
    private readonly StringBuilder _output = new();
    private readonly Stack<Quote> _quotes = new([Quote.None]);
    private readonly Queue<(string Delimiter, bool Literal, bool Tabs, bool Program)> _hereDocuments = new();
    private readonly Stack<ShellWords> _words = new([new ShellWords()]);
    private int _at;

    private ShellScript(string text, Func<Placeholder, string> variable) => (_text, _variable) = (text, variable);

    /// <summary>Why the script could not be made safe or could not work; null where it can.</summary>
    public string? Fault { get; private set; }

    /// <summary>The script with references; <paramref name="variable"/> gives each placeholder its variable's name.</summary>
    public static (string Script, string? Fault) Rewrite(string text, Func<Placeholder, string> variable)
    {
        var script = new ShellScript(text, variable);
        while (script._at < text.Length) script.Step();
        return (script._output.ToString(), script.Fault);
    }

    private void Step()
    {
        if (Placeholder.TryReadAt(_text, _at, out var placeholder))
        {
            Reference(placeholder);
            return;
        }
        var c = _text[_at];
        var quote = _quotes.Peek();
        if (quote == Quote.Single)
        {
            if (c == '\'') _quotes.Pop();
            Copy(1);
            return;
        }
        if (c == '\\')
        {
            Copy(2);
        }
        else if (c == '$' && Next("$(("))
        {
            _quotes.Push(Quote.Arithmetic);
            Copy(3);
        }
        else if (c == '$' && Next("$("))
        {
            Copy(2);
            Enter(Quote.None);
        }
        else if (c == '`')
        {
            if (quote == Quote.Backtick) Leave();
            else Enter(Quote.Backtick);
            Copy(1);
        }
        else if (c == '"')
        {
            if (quote == Quote.Double) _quotes.Pop();
            else _quotes.Push(Quote.Double);
            Copy(1);
        }
        else if (quote == Quote.Arithmetic)
        {
            Arithmetic(c);
        }
        else if (quote == Quote.Double)
        {
            Copy(1);
        }
        else
        {
            Unquoted(c);
        }
    }

    private void Enter(Quote quote)
    {
        _quotes.Push(quote);
        _words.Push(new ShellWords());
    }

    private void Leave()
    {
        _quotes.Pop();
        _words.Pop();
    }

    private void Arithmetic(char c)
    {
        if (c == '(') _quotes.Push(Quote.Arithmetic);
        if (c != ')')
        {
            Copy(1);
            return;
        }
        _quotes.Pop();
        Copy(_quotes.Peek() != Quote.Arithmetic && Next("))") ? 2 : 1);
    }

    private void Unquoted(char c)
    {
        switch (c)
        {
            case '\'':
                _quotes.Push(Quote.Single);
                break;
            case '(':
                Copy(1);
                Enter(Quote.None);
                return;
            // A case pattern has its closing parenthesis alone: the outermost level is never left.
            case ')' when _quotes.Count > 1 && _quotes.Peek() == Quote.None:
                Leave();
                break;
            case '#' when _at == 0 || " \t\n;&|()".Contains(_text[_at - 1]):
                var end = _text.IndexOf('\n', _at);
                Comment(end < 0 ? _text.Length : end);
                return;
            case '<' when Next("<<<"):
                Copy(3);
                return;
            case '<' when Next("<<"):
                HereDocument();
                return;
            case '\n' when _hereDocuments.Count > 0:
                Copy(1);
                _words.Peek().Begin();
                while (_hereDocuments.TryDequeue(out var document)) Body(document);
                return;
            case '\n' or ';' or '&' or '|':
                _words.Peek().Begin();
                break;
        }
        Copy(1);
    }

    private void Reference(Placeholder placeholder)
    {
        // A substitution inside the text of a program becomes a part of it too.
        if (_words.Select(w => w.Fault).FirstOrDefault(f => f is not null) is { } fault) Fault ??= $"{{{{{placeholder.Name}}}}} {fault}";
        var name = "${" + _variable(placeholder) + "}";
        switch (_quotes.Peek())
        {
            case Quote.Single:
                _output.Append("'\"").Append(name).Append("\"'");
                break;
            case Quote.Double:
                _output.Append(name);
                break;
            case Quote.Arithmetic:
                // bash evaluates what a variable holds as an expression, and an array index in it as a command.
                Fault ??= $"{{{{{placeholder.Name}}}}} stands in arithmetic, where a shell may run its value (assign it to a variable and test that it is a number first)";
                _output.Append('0');
                break;
            default:
                _output.Append('"').Append(name).Append('"');
                break;
        }
        _words.Peek().Append('x');
        _at = placeholder.End;
    }

    // What stands in a comment is dropped: it could only do harm there.
    private void Comment(int end)
    {
        while (_at < end)
        {
            if (Placeholder.TryReadAt(_text, _at, out var placeholder)) _at = placeholder.End;
            else _output.Append(_text[_at++]);
        }
    }

    private void HereDocument()
    {
        Copy(2);
        var tabs = _at < _text.Length && _text[_at] == '-';
        if (tabs) Copy(1);
        while (_at < _text.Length && _text[_at] is ' ' or '\t') Copy(1);
        var start = _at;
        while (_at < _text.Length && !" \t\n;&|()<>".Contains(_text[_at])) Copy(1);
        var word = _text[start.._at];
        var delimiter = word.Replace("'", "").Replace("\"", "").Replace("\\", "");
        if (delimiter.Length > 0) _hereDocuments.Enqueue((delimiter, delimiter.Length != word.Length, tabs, _words.Peek().IsInterpreting));
    }

    private void Body((string Delimiter, bool Literal, bool Tabs, bool Program) document)
    {
        var (delimiter, literal, tabs, program) = document;
        while (_at < _text.Length)
        {
            var end = _text.IndexOf('\n', _at);
            if (end < 0) end = _text.Length;
            var line = _text.AsSpan(_at, end - _at);
            var last = (tabs ? line.TrimStart('\t') : line).SequenceEqual(delimiter);
            while (_at < end)
            {
                if (!Placeholder.TryReadAt(_text, _at, out var placeholder))
                {
                    _output.Append(_text[_at++]);
                    continue;
                }
                if (program) Fault ??= $"{{{{{placeholder.Name}}}}} stands in a here-document that is run as a program (put the value in env: and read it there)";
                if (literal) Fault ??= $"{{{{{placeholder.Name}}}}} stands in a here-document whose delimiter is quoted, where nothing is replaced (write <<{delimiter})";
                _output.Append("${").Append(_variable(placeholder)).Append('}');
                _at = placeholder.End;
            }
            if (_at < _text.Length) _output.Append(_text[_at++]);
            if (last) return;
        }
    }

    private bool Next(string text) => _text.AsSpan(_at).StartsWith(text);

    private void Copy(int count)
    {
        for (; count > 0 && _at < _text.Length; count--, _at++)
        {
            _output.Append(_text[_at]);
            _words.Peek().Append(_text[_at], quoted: _quotes.Peek() is Quote.Single or Quote.Double);
        }
    }
}
