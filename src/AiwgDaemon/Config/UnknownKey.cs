using System.Globalization;
using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config;

/// <summary>Says what to do about a key that the description does not have here.</summary>
internal static class UnknownKey
{
    private const string TopLevel = "the top level";

    /// <summary>What other programs have at the top level, and where it belongs here.</summary>
    private static readonly Dictionary<string, string> Sections = new(StringComparer.OrdinalIgnoreCase)
    {
        ["on"] = "rules: - {id: …, event: …, action: …}",
        ["triggers"] = "rules: - {id: …, event: …, action: …}",
        ["trigger"] = "rules: - {id: …, event: …, action: …}",
        ["events"] = "rules: - {id: …, event: …, action: …}",
        ["hooks"] = "rules: - {id: …, event: …, action: …}",
        ["workflows"] = "rules: - {id: …, event: …, action: …}",
        ["automations"] = "rules: - {id: …, event: …, action: …}",
        ["steps"] = "actions: {NAME: {type: shell, command: …}}",
        ["tasks"] = "actions: {NAME: {type: shell, command: …}}",
        ["commands"] = "actions: {NAME: {type: shell, command: …}}",
        ["scripts"] = "actions: {NAME: {type: shell, command: …}}",
        ["services"] = "actions: {NAME: {type: shell, command: …}}",
        ["targets"] = "actions: {NAME: {type: shell, command: …}}",
        ["cron"] = "schedule: {jobs: [{id: …, cron: …, action: …}]}",
        ["crontab"] = "schedule: {jobs: [{id: …, cron: …, action: …}]}",
        ["crons"] = "schedule: {jobs: [{id: …, cron: …, action: …}]}",
        ["timers"] = "schedule: {jobs: [{id: …, cron: …, action: …}]}",
        ["jobs"] = "schedule: {jobs: [{id: …, cron: …, action: …}]}",
        ["paths"] = "watch: {paths: […]}",
        ["files"] = "watch: {paths: […]}",
        ["watchers"] = "watch: {paths: […]}",
        ["server"] = "webhook: {…}",
        ["http"] = "webhook: {…}",
        ["webhooks"] = "webhook: {endpoints: […]}",
        ["endpoints"] = "webhook: {endpoints: […]}",
        ["log"] = "daemon: {log: {…}}",
        ["logging"] = "daemon: {log: {…}}",
        ["env"] = "actions: {NAME: {env: {…}}}",
        ["environment"] = "actions: {NAME: {env: {…}}}",
    };

    private static readonly string[] Intervals =
    [
        "every",
        "interval",
        "rate",
        "period",
        "frequency",
        "repeat",
        "interval_minutes",
        "interval_seconds",
    ];

    public static Fault Describe(MapEntry entry, ObjectShape shape, string? kind)
    {
        var name = entry.Key;
        if (name.StartsWith("//", StringComparison.Ordinal) || name.StartsWith("/*", StringComparison.Ordinal))
            return LineHabits.CommentFault(name);
        if (OddCharacters.First(name) is { } odd)
            return new($"has {odd}", $"write {Quoted.Short(OddCharacters.Plain(name).Trim())}");
        if (LineHabits.OfText(name) is { } habit)
            return habit;
        if (shape.Find("cron") is not null && Intervals.Contains(name))
            return new("is not a known key", Interval(name, (entry.Value as ScalarNode)?.Text ?? ""));
        if (SecretWords.Matches(name))
        {
            var variable =
                shape.Find("secret_env") is not null ? "secret_env"
                : shape.Find("url_env") is not null ? "pass_env"
                : null;
            return new(
                "looks like a secret, which must not be in the file",
                variable is null
                    ? "name an environment variable in a key that ends with _env"
                    : $"name an environment variable: {variable}: NAME"
            );
        }
        var here = shape
            .Keys.Where(k => !k.Ignored && (k.For.Count == 0 || kind is null || k.For.Contains(kind)))
            .Select(k => k.Name)
            .ToList();
        if (shape == ConfigDescription.Root)
        {
            if (Sections.TryGetValue(name, out var section))
                return new("is not a known key here", $"write {section}");
            if (entry.Value.Anchored || name.StartsWith('.') || name.StartsWith('_'))
                return new(
                    "is not a known key",
                    $"a place for anchors has a name that begins with x-: write x-{Quoted.Short(name.TrimStart('.', '_'))}"
                );
        }
        if (name.StartsWith("x-", StringComparison.Ordinal))
            return new("is not a known key", "keys that begin with x- belong at the top level");
        if (KeyWords.Alias(name, here) is { } alias)
            return new("is not a known key", $"did you mean {alias}?");
        if (Joined(name, shape) is { } joined)
            return new("is not a known key", $"write {joined}");
        if (Nearest.To(name, here) is { } near)
            return new("is not a known key", $"did you mean {near}?");
        if (KeyWords.Meant(name, here) is { } meant)
            return new("is not a known key", $"did you mean {meant}?");
        if (Elsewhere(name) is { } place)
            return new(
                "is not a known key here",
                place == TopLevel ? $"it belongs in {place}" : $"it belongs in {place}, as {place}.{Quoted.Short(name)}"
            );
        if (Below(name, shape) is { } below)
            return new("is not a known key here", $"it belongs in {below}");
        return new("is not a known key", $"known here: {string.Join(", ", here)}");
    }

    /// <summary>log_level for the key level of log.</summary>
    private static string? Joined(string name, ObjectShape shape)
    {
        foreach (var key in shape.Keys)
            if (
                key.Shape is ObjectShape map
                && name.Length > key.Name.Length
                && name.StartsWith(key.Name, StringComparison.Ordinal)
                && map.Find(name[(key.Name.Length + 1)..]) is { } inner
            )
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
        return ConfigDescription.Root.Find(name) is not null ? TopLevel : null;
    }

    /// <summary>Whether what is said of the one name says how to write the other key.</summary>
    public static bool Means(string name, string key) =>
        OddCharacters.Plain(name).Trim() == key
        || name.StartsWith(key + ":", StringComparison.Ordinal)
        || (key == "cron" && Intervals.Contains(name))
        || Nearest.To(name, [key]) is not null
        || KeyWords.Alias(name, [key]) is not null;

    /// <summary>The cron expression for 5m, 2h or 1d, in minutes by default; words if there is none.</summary>
    private static string Interval(string name, string value)
    {
        var minutes = MeantNumber.Of(value, name.EndsWith("_seconds", StringComparison.Ordinal) ? "interval_seconds" : "interval_minutes");
        if (name.EndsWith("_seconds", StringComparison.Ordinal)) minutes /= 60;
        return minutes switch
        {
            1 => "write cron: \"* * * * *\"",
            > 1 and < 60 when 60 % minutes == 0 => $"write cron: \"*/{minutes} * * * *\"",
            60 => "write cron: \"0 * * * *\"",
            > 60 and < 1440 when 1440 % minutes == 0 && minutes % 60 == 0 => $"write cron: \"0 */{minutes / 60} * * *\"",
            1440 => "write cron: \"0 0 * * *\"",
            10080 => "write cron: \"0 0 * * 0\"",
            >= 0.01 and < 1 => string.Create(CultureInfo.InvariantCulture, $"write every_minutes: {minutes}"),
            > 1 and < 525_600 => string.Create(CultureInfo.InvariantCulture, $"write every_minutes: {minutes}"),
            _ => "write cron: with five fields, for instance \"*/5 * * * *\" for every five minutes",
        };
    }
}

/// <summary>Names that stand for a literal secret.</summary>
internal static class SecretWords
{
    private static readonly string[] Words =
    [
        "secret",
        "token",
        "password",
        "passwd",
        "passphrase",
        "apikey",
        "privatekey",
        "accesskey",
        "credentials",
    ];

    public static bool Matches(string name)
    {
        if (name.Length > 100) return false;
        var plain = name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        foreach (var word in Words)
            if (plain.EndsWith(word, StringComparison.Ordinal)) return true;
        return false;
    }
}
