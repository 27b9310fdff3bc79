namespace AiwgDaemon.Rules.Values;

/// <summary>Why a list of commands stands inside of another.</summary>
internal enum FrameKind
{
    Script,
    Substitution,
    Subshell,
    Backquote,
    Array,
    Process,
}
