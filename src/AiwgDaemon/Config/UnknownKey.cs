using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config;

/// <summary>Says what to do about a key that the description does not have here.</summary>
internal static class UnknownKey
{
    public static Fault Describe(string name, ObjectShape shape, string? kind)
    {
        if (SecretWords.Matches(name))
        {
            var variable = shape.Find("secret_env") is not null ? "secret_env" : shape.Find("url_env") is not null ? "pass_env" : null;
            return new("looks like a secret, which must not be in the file",
                variable is null ? "name an environment variable in a key that ends with _env" : $"name an environment variable: {variable}: NAME");
        }
        var here = shape.Keys.Where(k => !k.Ignored && (k.For.Count == 0 || kind is null || k.For.Contains(kind))).Select(k => k.Name).ToList();
        if (KeyWords.Alias(name, here) is { } alias) return new("is not a known key", $"did you mean {alias}?");
        if (Joined(name, shape) is { } joined) return new("is not a known key", $"write {joined}");
        if (Nearest.To(name, here) is { } near) return new("is not a known key", $"did you mean {near}?");
        if (KeyWords.Meant(name, here) is { } meant) return new("is not a known key", $"did you mean {meant}?");
        if (Elsewhere(name) is { } place) return new("is not a known key here", $"it belongs in {place}");
        if (Below(name, shape) is { } below) return new("is not a known key here", $"it belongs in {below}");
        return new("is not a known key", $"known here: {string.Join(", ", here)}");
    }

    /// <summary>log_level for the key level of log.</summary>
    private static string? Joined(string name, ObjectShape shape)
    {
        foreach (var key in shape.Keys)
            if (key.Shape is ObjectShape map && name.Length > key.Name.Length && name.StartsWith(key.Name, StringComparison.Ordinal) && map.Find(name[(key.Name.Length + 1)..]) is { } inner)
                return $"{key.Name}: {{{inner.Name}: …}}";
        return null;
    }

    /// <summary>The key beside it whose map has a key of exactly this name.</summary>
    private static string? Below(string name, ObjectShape shape)
    {
        foreach (var key in shape.Keys)
            if (key.Shape is ObjectShape map && map.Find(name) is not null) return key.Name;
        return null;
    }

    /// <summary>The section that has a key of exactly this name.</summary>
    private static string? Elsewhere(string name)
    {
        foreach (var section in ConfigDescription.Root.Keys)
        {
            if (section.Shape is not ObjectShape map) continue;
            if (map.Find(name) is not null) return section.Name;
            foreach (var inner in map.Keys)
                if (inner.Shape is ObjectShape nested && nested.Find(name) is not null) return $"{section.Name}.{inner.Name}";
        }
        return ConfigDescription.Root.Find(name) is not null ? "the top level" : null;
    }
}

/// <summary>Names that stand for a literal secret.</summary>
internal static class SecretWords
{
    private static readonly string[] Words = ["secret", "token", "password", "passwd", "passphrase", "apikey", "privatekey", "accesskey", "credentials"];

    public static bool Matches(string name)
    {
        if (name.Length > 100) return false;
        var plain = name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        foreach (var word in Words)
            if (plain.EndsWith(word, StringComparison.Ordinal)) return true;
        return false;
    }
}
