namespace AiwgDaemon.Api.Schema;

/// <summary>A part of JSON Schema 2020-12: what the operations take and answer.</summary>
internal sealed record JsonSchema
{
    /// <summary><c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c>, <c>array</c>, <c>object</c>; null for any value.</summary>
    public string? Type { get; init; }

    /// <summary>What it means, for people.</summary>
    public string? About { get; init; }

    public string? Format { get; init; }

    /// <summary>The least value of a number.</summary>
    public int? Minimum { get; init; }

    /// <summary>The only words that a string may be.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>What each item of an array is, or each member of an object whose names are not known.</summary>
    public JsonSchema? Item { get; init; }

    public IReadOnlyList<Member> Members { get; init; } = [];

    /// <summary>Any one of these in its place.</summary>
    public IReadOnlyList<JsonSchema> Any { get; init; } = [];

    /// <summary>It is written once below this name, and referred to.</summary>
    public string? Name { get; init; }

    public static JsonSchema Text(string about) => new() { Type = "string", About = about };

    public static JsonSchema Integer(string about, int? minimum = 0) => new() { Type = "integer", About = about, Minimum = minimum };

    public static JsonSchema Number(string about) => new() { Type = "number", About = about };

    public static JsonSchema Flag(string about) => new() { Type = "boolean", About = about };

    public static JsonSchema Instant(string about) => new() { Type = "string", About = about, Format = "date-time" };

    public static JsonSchema Choice(string about, params IReadOnlyList<string> words) =>
        new() { Type = "string", About = about, Words = words };

    public static JsonSchema Value(string about) => new() { About = about };

    public static JsonSchema List(JsonSchema item, string? about = null) => new() { Type = "array", Item = item, About = about };

    /// <summary>An object. A member whose name ends with a question mark may be missing.</summary>
    public static JsonSchema Object(params ReadOnlySpan<(string Name, JsonSchema Schema)> members)
    {
        var all = new Member[members.Length];
        for (var i = 0; i < all.Length; i++)
            all[i] = new(members[i].Name.TrimEnd('?'), members[i].Schema, !members[i].Name.EndsWith('?'));
        return new() { Type = "object", Members = all };
    }

    /// <summary>This object with a sentence for each of its members; all of them in their order, so that none is forgotten.</summary>
    public JsonSchema Saying(params ReadOnlySpan<(string Name, string About)> sentences)
    {
        var members = new Member[Members.Count];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = Members[i] with { Schema = Members[i].Schema with { About = sentences[i].About } };
            if (members[i].Name != sentences[i].Name)
                throw new InvalidOperationException($"{Name}: a sentence about {members[i].Name} is missing");
        }
        return this with { Members = members };
    }

    /// <summary>This one and what else an object of it has.</summary>
    public JsonSchema With(params ReadOnlySpan<(string Name, JsonSchema Schema)> members) =>
        this with { Members = [.. Members, .. Object(members).Members] };
}

/// <summary>A member of an object.</summary>
internal sealed record Member(string Name, JsonSchema Schema, bool IsRequired);
