namespace AiwgDaemon.Rules.Values;

/// <summary>What the place of a script is inside of.</summary>
internal enum ScriptQuote
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
