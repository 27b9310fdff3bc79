namespace AiwgDaemon.Actions.Kinds;

/// <summary>What stands behind a key of an action.</summary>
internal enum KeyForm
{
    /// <summary>One text.</summary>
    Text,

    /// <summary>One text that may be empty and may have several lines.</summary>
    Document,

    /// <summary>A list of words, at least one.</summary>
    Words,

    /// <summary>One text that is split into words at its blanks.</summary>
    Sentence,

    /// <summary>The name of an environment variable that holds a secret.</summary>
    SecretVariable,

    /// <summary>One of <see cref="ActionKey.Choices"/>.</summary>
    Choice,

    /// <summary>A whole number from <see cref="ActionKey.Least"/> to <see cref="ActionKey.Most"/>.</summary>
    Number,

    /// <summary>The same, fractions allowed.</summary>
    Amount,

    /// <summary>A list of whole numbers, or one.</summary>
    Numbers,

    /// <summary>A map with the key argv: a program and its arguments, no shell.</summary>
    Program,

    /// <summary>A map of HTTP headers to their values.</summary>
    Headers,

    /// <summary>A map of HTTP headers to environment variables that hold their values, which are secrets.</summary>
    SecretHeaders,
}

/// <summary>How an event's value is written into a text, so that it stays a value there.</summary>
internal enum ValueForm
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>Inside of a JSON string as its content, elsewhere as a JSON value.</summary>
    Json,

    /// <summary>Percent-encoded, as in a form.</summary>
    Percent,
}

/// <summary>
/// One key that a kind of action has: all that the configuration, its schema, templates and the comparison at a reload need to know of it.
/// Values are lists of texts; those of a map are names and values in turn.
/// </summary>
/// <param name="Name">As the file has it.</param>
/// <param name="Form">What it may hold.</param>
/// <param name="About">One sentence for people.</param>
internal sealed record ActionKey(string Name, KeyForm Form, string About)
{
    public bool Required { get; init; }

    /// <summary>What holds if it is left out, as YAML on one line; null: nothing.</summary>
    public string? Default { get; init; }

    /// <summary>The same in words, if it is not fixed.</summary>
    public string? DefaultWords { get; init; }

    /// <summary>A value for messages and <c>config init</c>.</summary>
    public string? Example { get; init; }

    public IReadOnlyList<string> Choices { get; init; } = [];

    public int Least { get; init; }

    public int Most { get; init; }

    /// <summary>True if <c>{{event.…}}</c> is replaced in it; else it is refused there.</summary>
    public bool IsTemplate { get; init; }

    /// <summary>It is the text of a program that a shell reads: values become variables of it.</summary>
    public bool IsScript { get; init; }

    /// <summary>How values are written into it.</summary>
    public Func<ActionDefinition, ValueForm> Values { get; init; } = static _ => ValueForm.Plain;

    /// <summary>Where an action keeps the value; by default among its <see cref="ActionDefinition.Fields"/>.</summary>
    public Func<ActionDefinition, IReadOnlyList<string>>? Getter { get; init; }

    public Func<ActionDefinition, IReadOnlyList<string>, ActionDefinition>? Setter { get; init; }

    /// <summary>Empty if the action does not have it.</summary>
    public IReadOnlyList<string> Of(ActionDefinition action) => Getter is { } get ? get(action) : action.Field(Name);

    public ActionDefinition With(ActionDefinition action, IReadOnlyList<string> value) =>
        Setter is { } set
            ? set(action, value)
            : action with
            {
                Fields = new Dictionary<string, IReadOnlyList<string>>(action.Fields, StringComparer.Ordinal) { [Name] = value },
            };
}
