using System.Text;

namespace AiwgDaemon.Rules.Values;

/// <summary>
/// Turns the placeholders of a shell script into references to environment variables, and finds what would run their values. The quoting
/// around a placeholder decides how the reference is written; were it misjudged, the value could be split into words, but it can never
/// become part of the script, because the script holds a name and no value (POSIX.1-2017, XCU 2.2, 2.3 and 2.7.4). What bash adds
/// is read as bash reads it, because <c>/bin/sh</c> may be bash.
/// </summary>
internal sealed partial class ShellScript
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
    public static string Rewrite(string text, Func<Placeholder, string> variable, ScriptScope scope, ValueFindings findings) =>
        Read(text, variable, scope, findings);

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
        var input = kind == FrameKind.Process && _text[_at] == '>' ? [.. Frame.Input, .. Frame.Values, .. RestOfLine()] : Frame.Input;
        Raw(length);
        _quotes.Push(quote);
        _frames.Push(new ScriptFrame(kind, _check, input));
    }

    // What goes into >( ) may be named behind it.
    private IEnumerable<ValueOrigin> RestOfLine()
    {
        var end = _text.IndexOf('\n', _at);
        return _variable is null ? [] : Placeholder.In(end < 0 ? _text[_at..] : _text[_at..end]).Select(Origin);
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

    private void Reference(Placeholder placeholder)
    {
        ValueOrigin[] origins = [Origin(placeholder)];
        var shown = $"{{{{{placeholder.Name}}}}}";
        var name = "${" + _variable!(placeholder) + "}";
        if (IsEvaluated)
            Evaluates(origins);
        if (_quotes.Contains(Quote.Backquote))
            _check.Refuse(
                origins,
                "stands in backquotes, where shells differ in what they quote",
                $"write $(basename {shown}) in place of `basename {shown}`"
            );
        if (_frames.Any(f => f.Kind == FrameKind.Process))
            _check.Refuse(
                origins,
                "stands in a process substitution, whose output is a file that may be run",
                $"write printf '%s' {shown} | diff - other.txt"
            );
        if (_quotes.Peek() == Quote.Ansi)
            _check.Refuse(origins, "stands in $'…', where some shells take it as text", $"write \"{shown}\"");
        if (_quotes.Peek() is Quote.None && Frame.IsTilde)
            _check.Refuse(origins, "stands behind ~, as the name of a user", $"write \"$HOME\"/{shown}");
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
            if (_quotes.Peek() is Quote.None or Quote.Backquote && _text[_at] != '\\' && _text[_at] != '$' && _text[_at] != '\n')
                Frame.Append(_text[_at], _at, quoted: false);
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
