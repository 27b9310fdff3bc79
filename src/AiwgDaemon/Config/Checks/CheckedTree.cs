using AiwgDaemon.Bus;

namespace AiwgDaemon.Config.Checks;

/// <summary>What all checks look at: the effective tree by its sections, where findings go, and what is around the file.</summary>
/// <param name="root">The effective tree.</param>
/// <param name="findings">Where findings go.</param>
/// <param name="surroundings">The environment of the daemon.</param>
/// <param name="project">What relative paths start from; null if nothing tells.</param>
internal sealed class CheckedTree(MapNode root, Findings findings, ConfigSurroundings surroundings, string? project)
{
    public MapNode Root => root;

    public Findings Findings => findings;

    public ConfigSurroundings Surroundings => surroundings;

    public string? Project => project;

    public MapNode Watch { get; } = Section(root, "watch");

    public MapNode Schedule { get; } = Section(root, "schedule");

    public MapNode Webhook { get; } = Section(root, "webhook");

    public List<MapNode> Rules { get; } = Maps(root["rules"]);

    public List<MapNode> Jobs { get; } = Maps(Section(root, "schedule")["jobs"]);

    /// <summary>Looked up for each rule: a set, so that a file with thousands of them takes no longer than it must.</summary>
    public static HashSet<string> Names(IEnumerable<string?>? names) => new((names ?? []).OfType<string>(), StringComparer.Ordinal);

    /// <summary>An empty one if the file has something else in its place.</summary>
    public static MapNode Section(MapNode root, string name) => root[name] as MapNode ?? new MapNode(Place.None);

    public static bool IsOn(MapNode map) => map.TextOf("enabled") == "true";

    public static double? Number(MapNode map, string key) =>
        map.TextOf(key) is { } text && CoreSchema.TryNumber(text, out var value) ? value : null;

    public static List<MapNode> Maps(ConfigNode? list) => [.. ((list as ListNode)?.Items ?? []).OfType<MapNode>()];

    /// <summary>A default has no place: then that of its section.</summary>
    public static Place PlaceOf(ConfigNode node, ConfigNode section) => node.Place.IsInFile ? node.Place : section.Place;

    /// <summary>Null if the rule names none.</summary>
    public static EventSource? SourceOf(MapNode rule) =>
        Enum.TryParse<EventSource>((rule["event"] as MapNode)?.TextOf("source"), ignoreCase: true, out var source) ? source : null;
}
