namespace AiwgDaemon.Config;

/// <summary>A list or map that is being read.</summary>
internal sealed class OpenNode(ConfigNode node, string anchor)
{
    public ConfigNode Node { get; } = node;

    public string Anchor { get; } = anchor;

    public string? Key { get; set; }

    public Place KeyPlace { get; set; }

    /// <summary>Places of the keys so far, to find a second one.</summary>
    public Dictionary<string, Place> Keys => field ??= new(StringComparer.Ordinal);

    public List<(ConfigNode Node, Place Place)>? Merged { get; set; }

    /// <summary>Where the key ends in the text.</summary>
    public long KeyEnd { get; set; }

    public bool IsFlow { get; init; }
}
