namespace AiwgDaemon.Rules.Values;

/// <summary>What a place on a command line is for.</summary>
internal enum PlaceKind
{
    Data,
    Code,
    Script,
    Assignment,
    GitSetting,
    Words,
}

/// <summary>Whether an option has an argument, and where.</summary>
internal enum ArgumentForm
{
    None,
    Required,
    Attached,
    Digits,
    NextWord,
    NameAndValue,
}

/// <summary>One option of <see cref="ProgramTable"/>.</summary>
internal sealed record ProgramOption(string Name, ArgumentForm Form, PlaceKind Kind, bool EndsOptions, string? Operands)
{
    /// <summary>An option after which other words are run, if only its own.</summary>
    public bool IsDangerous =>
        Kind is PlaceKind.Code or PlaceKind.Script or PlaceKind.Words || (Operands is not null && Operands.AsSpan().ContainsAny("!$>"));

    public static ProgramOption Parse(string text)
    {
        string? operands = null;
        if (text.IndexOf('>', StringComparison.Ordinal) is > 0 and var arrow)
        {
            operands = text[(arrow + 1)..];
            text = text[..arrow];
        }
        var ends = text.EndsWith('.');
        if (ends) text = text[..^1];
        if (text.EndsWith("!?", StringComparison.Ordinal)) return new(text[..^2], ArgumentForm.Attached, PlaceKind.Code, ends, operands);
        var (form, kind) = text[^1] switch
        {
            ':' => (ArgumentForm.Required, PlaceKind.Data),
            '?' => (ArgumentForm.Attached, PlaceKind.Data),
            '#' => (ArgumentForm.Digits, PlaceKind.Data),
            '~' => (ArgumentForm.NextWord, PlaceKind.Data),
            '!' => (ArgumentForm.Required, PlaceKind.Code),
            '$' => (ArgumentForm.Required, PlaceKind.Script),
            '=' => (ArgumentForm.Required, PlaceKind.Assignment),
            '^' => (ArgumentForm.Required, PlaceKind.GitSetting),
            '%' => (ArgumentForm.Required, PlaceKind.Words),
            '2' => (ArgumentForm.NameAndValue, PlaceKind.Data),
            _ => (ArgumentForm.None, PlaceKind.Data),
        };
        return new(form == ArgumentForm.None ? text : text[..^1], form, kind, ends, operands);
    }
}
