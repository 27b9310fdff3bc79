namespace AiwgDaemon.Config.Description;

/// <summary>
/// What a value may be. The description of all keys is made of these, and everything that knows about keys is derived from
/// it: validation, defaults, nearest names, the JSON Schema, the commented file of <c>config init</c> and the key reference.
/// </summary>
internal abstract class Shape
{
    /// <summary>As the key reference and messages name it, with its article.</summary>
    public abstract string Noun { get; }
}

internal sealed class BooleanShape : Shape
{
    public override string Noun => "true or false";
}

/// <summary>A number from <paramref name="min"/> to <paramref name="max"/>, both included.</summary>
internal sealed class NumberShape(double min, double max, bool whole) : Shape
{
    public double Min { get; } = min;
    public double Max { get; } = max;
    public bool Whole { get; } = whole;
    public override string Noun => $"a {(Whole ? "whole number" : "number")} from {Min} to {Max}";
}

internal delegate Fault? TextCheck(string value);

/// <summary>Text, never empty unless said so.</summary>
internal sealed class TextShape(string noun, TextCheck? check = null) : Shape
{
    public TextCheck? Check { get; } = check;

    /// <summary>Numbers and booleans are taken as the text that they are written with.</summary>
    public bool AnyScalar { get; init; }

    public bool MayBeEmpty { get; init; }

    public override string Noun { get; } = noun;
}

/// <summary>One of a few words.</summary>
internal sealed class ChoiceShape(params string[] words) : Shape
{
    public IReadOnlyList<string> Words { get; } = words;
    public override string Noun => Words.Count == 2 ? $"{Words[0]} or {Words[1]}" : $"one of {string.Join(", ", Words)}";
}

/// <summary>A list; with <see cref="OrSingle"/> one value stands for a list of one.</summary>
internal sealed class ListShape(string noun, Shape item) : Shape
{
    public Shape Item { get; } = item;
    public bool OrSingle { get; init; }
    public bool NotEmpty { get; init; }
    public override string Noun { get; } = noun;
}

/// <summary>A map whose keys the user chooses.</summary>
internal sealed class DictionaryShape(string noun, Shape value, TextCheck keyCheck) : Shape
{
    public Shape Value { get; } = value;
    public TextCheck KeyCheck { get; } = keyCheck;

    /// <summary>What stands for a key in paths of the reference, for instance NAME.</summary>
    public required string KeyWord { get; init; }

    public override string Noun { get; } = noun;
}

/// <summary>A condition on the payload: a value or a list of them; kept as JSON texts.</summary>
internal sealed class ConditionShape : Shape
{
    public override string Noun => "a value, a list of values, or a comparison such as \">= 10\"";
}

/// <summary>A map with the keys given.</summary>
internal sealed class ObjectShape(string noun, params Key[] keys) : Shape
{
    public IReadOnlyList<Key> Keys { get; } = keys;

    /// <summary>The key that a plain text stands for; null: no short form.</summary>
    public string? ShortFor { get; init; }

    /// <summary>The key whose value decides which of the others belong (<see cref="Key.For"/>).</summary>
    public string? Discriminator { get; init; }

    /// <summary>Keys x-… are left alone: a place for anchors.</summary>
    public bool AllowsExtensions { get; init; }

    public override string Noun { get; } = noun;

    public Key? Find(string name)
    {
        foreach (var key in Keys)
            if (key.Name == name) return key;
        return null;
    }
}
