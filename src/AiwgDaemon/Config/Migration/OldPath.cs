namespace AiwgDaemon.Config.Migration;

/// <summary>One watched path of an old file.</summary>
internal static class OldPath
{
    // chokidar's words, which the old daemon took as they are.
    private static readonly Dictionary<string, string> Events = new(StringComparer.OrdinalIgnoreCase)
    {
        ["add"] = "create",
        ["change"] = "modify",
        ["unlink"] = "delete",
        ["create"] = "create",
        ["modify"] = "modify",
        ["delete"] = "delete",
        ["rename"] = "create",
    };

    public static Piece Of(ConfigNode node)
    {
        if (node is ScalarNode plain) return Piece.Of($"- {YamlText.Text(plain.Text)}");
        if (node is not MapNode map) return Piece.Note($"is no path: {OldText.Was(node)}");
        var (parts, comments) = (new List<string>(), new List<string>());
        foreach (var entry in map.Entries)
        {
            if (entry.Key is "path")
                parts.Add($"path: {OldText.Flow(entry.Value)}");
            else if (entry.Key is "ignore" or "ignored" or "exclude")
                parts.Add($"ignore: {OldText.Flow(entry.Value)}");
            else if (entry.Key is "extensions")
                parts.Add($"extensions: [{string.Join(", ", Words(entry.Value).Select(e => YamlText.Text("." + e.TrimStart('*', '.'))))}]");
            else if (entry.Key is "events")
            {
                var known = Words(entry.Value).Select(w => Events.GetValueOrDefault(w)).OfType<string>().Distinct().ToList();
                if (Words(entry.Value).Any(w => Events.GetValueOrDefault(w) != w)) comments.Add($"events were {OldText.Was(entry.Value)}");
                if (known.Count > 0) parts.Add($"events: [{string.Join(", ", known)}]");
            }
            else comments.Add($"{entry.Key} of this path has no equal here: {OldText.Was(entry.Value)}");
        }
        return new Piece(comments, [$"- {{{string.Join(", ", parts)}}}"]);
    }

    private static IEnumerable<string> Words(ConfigNode node) => node switch
    {
        ListNode list => list.Items.OfType<ScalarNode>().Select(s => s.Text),
        ScalarNode scalar => [scalar.Text],
        _ => [],
    };
}
