using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace AiwgDaemon.Rules.Values;

/// <summary>
/// A place in a script that is read, with the quotes and lists of commands that it is inside of, and what has been written of the script so
/// far. Moving on copies what is passed over, and gives it to the word at hand. Not thread-safe.
/// </summary>
internal sealed class ScriptCursor
{
    public ScriptCursor(string text, Func<Placeholder, string>? variable, ScriptScope scope, ValueFindings findings)
    {
        (Text, Variable, Scope) = (text, variable, scope);
        Check = new CommandCheck(findings, scope, isArgv: false);
        Frames.Push(new ScriptFrame(FrameKind.Script, Check, scope.InputAt(ScriptScope.WholeScript)));
    }

    public string Text { get; }

    /// <summary>The name of a placeholder's variable; null if the script is only looked into.</summary>
    public Func<Placeholder, string>? Variable { get; }

    public ScriptScope Scope { get; }

    public CommandCheck Check { get; }

    public StringBuilder Output { get; } = new();

    public Stack<ScriptQuote> Quotes { get; } = new([ScriptQuote.None]);

    public Stack<ScriptFrame> Frames { get; } = new();

    /// <summary>An index of the text.</summary>
    public int At { get; set; }

    public ScriptFrame Frame => Frames.Peek();

    public bool IsAtPlaceholder([NotNullWhen(true)] out Placeholder? placeholder)
    {
        placeholder = null;
        return Variable is not null && Placeholder.TryReadAt(Text, At, out placeholder);
    }

    public void Enter(FrameKind kind, ScriptQuote quote, int length)
    {
        Frame.Begin(At);
        var input = kind == FrameKind.Process && Text[At] == '>' ? [.. Frame.Input, .. Frame.Values, .. RestOfLine()] : Frame.Input;
        Raw(length);
        Quotes.Push(quote);
        Frames.Push(new ScriptFrame(kind, Check, input));
    }

    // What goes into >( ) may be named behind it.
    private IEnumerable<ValueOrigin> RestOfLine()
    {
        var end = Text.IndexOf('\n', At);
        return Variable is null ? [] : Placeholder.In(end < 0 ? Text[At..] : Text[At..end]).Select(Origin);
    }

    // The quote that the frame began with has been closed.
    public void Leave()
    {
        Frame.EndCommand(pipe: false);
        var frame = Frames.Pop();
        if (frame.Kind == FrameKind.Subshell) Frame.AddStage(frame.Produced);
        else if (IsEvaluated) Evaluates(frame.Produced);
        if (frame.Kind != FrameKind.Subshell) Frame.Append([.. frame.Produced.Distinct()], At);
    }

    public static ValueOrigin Origin(Placeholder placeholder) => new(placeholder.Name, placeholder.AllowsDash, "command");

    public bool Next(string text) => Text.AsSpan(At).StartsWith(text);

    public void Open(ScriptQuote quote, int length)
    {
        if (quote is ScriptQuote.Single or ScriptQuote.Double or ScriptQuote.Ansi) Frame.BeginWord(At);
        Quotes.Push(quote);
        Raw(length);
    }

    public void Unquote()
    {
        Quotes.Pop();
        Raw(1);
    }

    /// <summary>Characters that stand for themselves.</summary>
    public void Literal(int count)
    {
        for (; count > 0 && At < Text.Length; count--)
        {
            if (!Within(ScriptQuote.Brace)) Frame.Append(Text[At], At, quoted: true);
            Raw(1);
        }
    }

    public void Opaque(int count)
    {
        Frame.Append([], At);
        Raw(count);
    }

    /// <summary>Characters without quotes; those of <c>${…}</c> and of arithmetic are no part of the word.</summary>
    public void Copy(int count)
    {
        for (; count > 0 && At < Text.Length; count--)
        {
            if (Quotes.Peek() is ScriptQuote.None or ScriptQuote.Backquote && Text[At] != '\\' && Text[At] != '$' && Text[At] != '\n')
                Frame.Append(Text[At], At, quoted: false);
            Raw(1);
        }
    }

    public void Raw(int count)
    {
        var length = Math.Min(count, Text.Length - At);
        Output.Append(Text, At, length);
        At += length;
    }
    public void Evaluates(IReadOnlyList<ValueOrigin> origins)
    {
        if (origins.Count > 0)
            ShellBuiltIn.Arithmetic(Check, new CommandWord(new string(CommandWord.Value, origins.Count), origins), "arithmetic");
    }

    public bool IsEvaluated => Within(ScriptQuote.Arithmetic) || Within(ScriptQuote.Bracket) || Within(ScriptQuote.Subscript);

    /// <summary>True if such a quote is open in the command at hand.</summary>
    public bool Within(ScriptQuote quote) => Quotes.TakeWhile(q => q is not (ScriptQuote.None or ScriptQuote.Backquote)).Contains(quote);

    public void Value(int length, ScriptQuote quote)
    {
        Frame.Append([], At);
        Open(quote, length);
    }
}
