using System.Text;
using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config.Migration;

/// <summary>
/// Writes a configuration of either Node.js daemon as one of ours, with a comment for each choice. What has no equal here, and what would
/// make the file invalid, is a comment: what comes out can always be read.
/// </summary>
internal sealed class OldFile
{
    private static readonly string[] Written = ["schedule", "rules"];

    private readonly List<string> _head;
    private readonly List<Section> _sections = [];
    private readonly List<Piece> _rest = [];

    private OldFile(List<string> head) => _head = head;

    /// <param name="root">The old file.</param>
    /// <param name="head">Comments for the file's beginning.</param>
    /// <param name="check">What is wrong with a file.</param>
    public static string ToYaml(MapNode root, IEnumerable<string> head, Func<string, IReadOnlyList<ConfigError>> check)
    {
        var file = new OldFile([.. head]);
        file.Take(root);
        var text = file.Write();
        // Each round at least one piece takes its next form, of which there are few.
        while (check(text) is { Count: > 0 } errors)
        {
            if (!file.Mend(errors)) file.LeaveAllOut(errors[0]);
            text = file.Write();
        }
        return text;
    }

    private void Take(MapNode root)
    {
        var rules = new OldRules();
        if (root["agents"] is null && OldAction.HasAgent(root)) _sections.Add(Agents());
        foreach (var entry in root.Entries)
        {
            var key = OldText.Snake(entry.Key);
            if (key == "$schema" || Written.Contains(key))
                continue;
            if (ConfigDescription.Root.Find(key)?.Shape is ObjectShape shape && entry.Value is MapNode map)
                _sections.Add(SectionOf(key, map, shape));
            else if (key == "actions" && entry.Value is MapNode actions)
                _sections.Add(Actions(actions));
            else
                _rest.Add(Piece.Note($"has no equal here: {entry.Key}: {OldText.Was(entry.Value)}"));
        }
        var schedule = new Section("schedule", "{}");
        var old = root["schedule"];
        foreach (var (name, node) in ItemsOf((old as MapNode)?["jobs"] ?? (old as ListNode))) rules.Job(name, node);
        foreach (var (name, node) in ItemsOf(root["rules"])) rules.Rule(name, node);
        foreach (var entry in (old as MapNode)?.Entries ?? [])
            if (entry.Key != "jobs") schedule.Add(KeyOf(entry, (ObjectShape)ConfigDescription.Root.Find("schedule")!.Shape));
        if (old is ScalarNode) _rest.Add(Piece.Note($"has no equal here: schedule: {OldText.Was(old)}"));
        if (!rules.Jobs.IsEmpty) schedule.Add(rules.Jobs);
        if (!schedule.IsEmpty) _sections.Add(schedule);
        if (!rules.Rules.IsEmpty) _sections.Add(rules.Rules);
    }

    private static IEnumerable<(string? Name, ConfigNode Node)> ItemsOf(ConfigNode? node) => node switch
    {
        ListNode list => list.Items.Select(item => ((string?)null, item)),
        MapNode map => map.Entries.Select(e => ((string?)e.Key, e.Value)),
        ScalarNode scalar when !CoreSchema.IsNull(scalar.Text) => [(null, scalar)],
        _ => [],
    };

    private static Section SectionOf(string name, MapNode map, ObjectShape shape)
    {
        var section = new Section(name, "{}");
        foreach (var entry in map.Entries)
        {
            var key = OldText.Snake(entry.Key);
            if (shape.Find(key)?.Shape is ObjectShape inner && entry.Value is MapNode below) section.Add(SectionOf(key, below, inner));
            else if (name == "watch" && key == "paths" && entry.Value is ListNode paths) section.Add(Paths(paths));
            else section.Add(KeyOf(entry, shape));
        }
        return section;
    }

    private static Piece KeyOf(MapEntry entry, ObjectShape shape)
    {
        var key = OldText.Snake(entry.Key);
        if (OldText.IsSecret(entry.Key))
            return Piece.Note(
                $"holds a secret, which belongs into the daemon's environment; name the variable with "
                    + $"{(shape.Find("secret_env") is null ? "a key that ends with _env" : "secret_env")}: {entry.Key}"
            );
        if (shape.Find(key) is not { } known)
            return Piece.Note($"has no equal here: {entry.Key}: {OldText.Was(entry.Value)}");
        return new Piece(key == entry.Key ? [] : [$"{entry.Key} is now {key}"], [$"{key}: {OldText.Flow(entry.Value, known.Shape)}"]);
    }

    private static Section Paths(ListNode paths)
    {
        var section = new Section("paths", "[]");
        foreach (var item in paths.Items) section.Add(OldPath.Of(item));
        return section;
    }

    private static Section Agents()
    {
        var section = new Section("agents", "{}");
        section.Add(
            new Piece(["what submits tasks needs an agent; the Node.js daemon runs claude"], ["providers: {claude: {type: claude}}"]));
        return section;
    }

    private static Section Actions(MapNode actions)
    {
        var section = new Section("actions", "{}");
        foreach (var entry in actions.Entries)
        {
            var action = new OldAction(entry.Value, entry.Key);
            section.Add(
                new Piece(
                    [$"was: {entry.Key}: {OldText.Was(entry.Value)}", .. action.Comments],
                    [.. action.Forms.Select(form => (IReadOnlyList<string>)[$"{YamlText.Text(entry.Key)}: {form}"])]
                )
            );
        }
        return section;
    }

    private string Write()
    {
        var (text, line) = (new StringBuilder(), 1);
        Piece.Note([.. _head]).Write(text, "", ref line);
        if (_sections.Count == 0) text.Append("{}\n");
        foreach (var section in _sections) section.Write(text, "", ref line);
        foreach (var piece in _rest) piece.Write(text, "", ref line);
        // With what was there in comments a large file may become larger than is read.
        if (text.Length > ConfigLoader.MaxBytes / 2 && Encoding.UTF8.GetByteCount(text.ToString()) > ConfigLoader.MaxBytes)
            return WithoutComments(text.ToString());
        return text.ToString();
    }

    private static string WithoutComments(string text) =>
        string.Concat(
            text.Split('\n')
                .Where((line, i) => i == 0 || !line.TrimStart().StartsWith('#'))
                .Select(line => line.Length > 0 ? line + "\n" : "\n# The comments are left out: with them the file would be too large.\n")
        );

    private bool Mend(IReadOnlyList<ConfigError> errors)
    {
        var pieces = _sections.SelectMany(s => s.Pieces).ToList();
        var mended = new HashSet<Piece>();
        foreach (var error in errors)
            if (pieces.Find(p => p.Holds(error.Line)) is { } piece && mended.Add(piece))
                piece.GiveWay($"{error.What}{(error.Instead.Length > 0 ? $" ({error.Instead})" : "")}");
        return mended.Count > 0;
    }

    // Nothing tells which part it is: the defaults, and the reason.
    private void LeaveAllOut(ConfigError error)
    {
        _head.Add($"all of it is left out, for the file would not be valid: {error.What}");
        foreach (var piece in _sections.SelectMany(s => s.Pieces))
            while (!piece.IsComment) piece.GiveWay("see above");
        if (_sections.TrueForAll(s => s.Pieces.All(p => p.IsComment))) _sections.Clear();
    }
}
