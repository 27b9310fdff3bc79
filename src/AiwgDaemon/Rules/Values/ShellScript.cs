namespace AiwgDaemon.Rules.Values;

/// <summary>
/// Turns the placeholders of a shell script into references to environment variables, and finds what would run their values. The quoting
/// around a placeholder decides how the reference is written; were it misjudged, the value could be split into words, but it can never
/// become part of the script, because the script holds a name and no value (POSIX.1-2017, XCU 2.2, 2.3 and 2.7.4). What bash adds
/// is read as bash reads it, because <c>/bin/sh</c> may be bash.
/// </summary>
internal sealed class ShellScript(ScriptCursor script)
{
    private const int MostPasses = 8;

    private readonly ScriptExpansions _expansions = new(script);
    private readonly ScriptSeparators _separators = new(script);

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
            var script = new ScriptCursor(text, variable, scope, findings);
            var reader = new ShellScript(script);
            while (script.At < text.Length) reader.Step();
            while (script.Frames.Count > 1) script.Leave();
            script.Frame.EndCommand(pipe: false);
            if (!scope.HasGrown || findings.Fault is not null || pass == MostPasses) return script.Output.ToString();
        }
    }

    private void Step()
    {
        if (script.IsAtPlaceholder(out var placeholder))
        {
            Reference(placeholder);
            return;
        }
        var c = script.Text[script.At];
        switch (script.Quotes.Peek())
        {
            case ScriptQuote.Single:
                if (c == '\'') script.Unquote();
                else script.Literal(1);
                return;
            case ScriptQuote.Ansi:
                if (c == '\'') script.Unquote();
                else if (c == '\\') script.Opaque(2);
                else script.Literal(1);
                return;
            case ScriptQuote.Arithmetic or ScriptQuote.Bracket or ScriptQuote.Subscript when c is not ('$' or '`' or '\\'):
                _expansions.Evaluated(c);
                return;
        }
        if (c == '\\') Escape();
        else if (c == '$') _expansions.Dollar();
        else if (c == '`') Backquote();
        else if (c == '"')
        {
            if (script.Quotes.Peek() == ScriptQuote.Double) script.Unquote();
            else script.Open(ScriptQuote.Double, 1);
        }
        else if (script.Quotes.Peek() == ScriptQuote.Double) script.Literal(1);
        else if (script.Quotes.Peek() == ScriptQuote.Brace) _expansions.InBrace(c);
        else _separators.Read(c);
    }

    private void Escape()
    {
        if (script.At + 1 >= script.Text.Length)
        {
            script.Copy(1);
            return;
        }
        var next = script.Text[script.At + 1];
        // A line goes on.
        if (next == '\n')
        {
            script.Copy(2);
            return;
        }
        if (script.Quotes.Peek() == ScriptQuote.Double && next is not ('$' or '`' or '"' or '\\')) script.Literal(1);
        else script.Copy(1);
        script.Literal(1);
    }

    private void Backquote()
    {
        if (script.Quotes.Contains(ScriptQuote.Backquote))
        {
            // Whatever quotes were left open inside end with it.
            while (script.Quotes.Pop() != ScriptQuote.Backquote) { }
            while (script.Frame.Kind != FrameKind.Backquote) script.Leave();
            script.Leave();
            script.Raw(1);
        }
        else script.Enter(FrameKind.Backquote, ScriptQuote.Backquote, 1);
    }

    private void Reference(Placeholder placeholder)
    {
        ValueOrigin[] origins = [ScriptCursor.Origin(placeholder)];
        var shown = $"{{{{{placeholder.Name}}}}}";
        var name = "${" + script.Variable!(placeholder) + "}";
        if (script.IsEvaluated)
            script.Evaluates(origins);
        if (script.Quotes.Contains(ScriptQuote.Backquote))
            script.Check.Refuse(
                origins,
                "stands in backquotes, where shells differ in what they quote",
                $"write $(basename {shown}) in place of `basename {shown}`"
            );
        if (script.Frames.Any(f => f.Kind == FrameKind.Process))
            script.Check.Refuse(
                origins,
                "stands in a process substitution, whose output is a file that may be run",
                $"write printf '%s' {shown} | diff - other.txt"
            );
        if (script.Quotes.Peek() == ScriptQuote.Ansi)
            script.Check.Refuse(origins, "stands in $'…', where some shells take it as text", $"write \"{shown}\"");
        if (script.Quotes.Peek() is ScriptQuote.None && script.Frame.IsTilde)
            script.Check.Refuse(origins, "stands behind ~, as the name of a user", $"write \"$HOME\"/{shown}");
        switch (script.Quotes.Peek())
        {
            case ScriptQuote.Single:
                script.Output.Append("'\"").Append(name).Append("\"'");
                break;
            case ScriptQuote.Double:
                script.Output.Append(name);
                break;
            case ScriptQuote.Brace when script.Within(ScriptQuote.Double):
                script.Output.Append(name);
                break;
            case ScriptQuote.Arithmetic or ScriptQuote.Bracket or ScriptQuote.Subscript:
                script.Output.Append('0');
                break;
            default:
                script.Output.Append('"').Append(name).Append('"');
                break;
        }
        script.Frame.Append(origins, script.At);
        script.At = placeholder.End;
    }
}
