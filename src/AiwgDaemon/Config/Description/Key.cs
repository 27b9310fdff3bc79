namespace AiwgDaemon.Config.Description;

/// <summary>One key of a map: its name, what it may hold, and one sentence for people.</summary>
internal sealed class Key(string name, Shape shape, string about)
{
    public string Name { get; } = name;

    public Shape Shape { get; } = shape;

    public string About { get; } = about;

    public bool Required { get; init; }

    /// <summary>What holds if the key is left out, as YAML on one line; null: nothing does.</summary>
    public string? Default { get; init; }

    /// <summary>Overrides <see cref="Default"/> with what follows from the keys beside it.</summary>
    public Func<MapNode, string?>? DefaultFrom { get; init; }

    /// <summary>How the reference words a default that is not fixed.</summary>
    public string? DefaultWords { get; init; }

    /// <summary>Values of <see cref="ObjectShape.Discriminator"/> that the key belongs to; empty: all.</summary>
    public IReadOnlyList<string> For { get; init; } = [];

    /// <summary>Those of <see cref="For"/> that need it.</summary>
    public IReadOnlyList<string> RequiredFor { get; init; } = [];

    /// <summary>The key beside it in place of which it is required: exactly one of both must be there.</summary>
    public string? RequiredUnless { get; init; }

    /// <summary>How the Node.js daemon calls it; accepted with a warning.</summary>
    public string? OldName { get; init; }

    /// <summary>A value for <c>config init</c> and messages if there is no default.</summary>
    public string? Example { get; init; }

    /// <summary>Accepted, and without any meaning for the daemon.</summary>
    public bool Ignored { get; init; }
}
