using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config;

/// <summary>Which keys a map may and must have, which depends on what kind of action it is; an unknown one goes to the findings.</summary>
internal sealed class ObjectKeys(Findings findings)
{
    /// <summary>The word that decides which keys belong; null if there is none, or none that is known.</summary>
    public static string? KindOf(MapNode map, ObjectShape shape)
    {
        if (shape.Discriminator is not { } discriminator || map.TextOf(discriminator) is not { } word) return null;
        return ((ChoiceShape)shape.Find(discriminator)!.Shape).Words.Contains(word) ? word : null;
    }

    /// <summary>The key that an entry is for; null, and said, if there is none.</summary>
    public Key? Find(MapEntry entry, ObjectShape shape, MapNode map, string? kind, string path)
    {
        if (shape.AllowsExtensions && entry.Key.StartsWith("x-", StringComparison.Ordinal)) return null;
        var at = KeyPath.Key(path, entry.Key);
        if (shape.Find(entry.Key) is { } key)
        {
            if (Belongs(key, kind) || kind is null)
                return key;
            findings.Error(
                entry.Place,
                at,
                $"does not belong to the type {Quoted.Short(kind)}",
                $"it is for {string.Join(" and ", key.For)}"
            );
            return null;
        }
        if (OldName(shape, entry.Key) is { } renamed && map[renamed.Name] is null)
        {
            findings.WarnOnce(
                $"{renamed.Name} for {entry.Key}",
                entry.Place,
                at,
                $"is read as {renamed.Name}",
                $"write {renamed.Name}: instead"
            );
            return renamed;
        }
        if (!findings.IsFull) findings.Error(entry.Place, at, UnknownKey.Describe(entry, shape, kind));
        return null;
    }

    private static Key? OldName(ObjectShape shape, string name)
    {
        foreach (var key in shape.Keys)
            if (key.OldName == name) return key;
        return null;
    }

    public static bool IsRequired(Key key, string? kind) => key.Required || (kind is not null && key.RequiredFor.Contains(kind));

    public static bool Belongs(Key key, string? kind) => key.For.Count == 0 || (kind is not null && key.For.Contains(kind));
}
