using System.Runtime.InteropServices;

namespace AiwgDaemon.Config;

/// <summary>A place in the file, from 1; <see cref="None"/> for a value that the file does not have.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Place(int Line, int Column)
{
    public static Place None => default;

    public bool IsInFile => Line > 0;
}

/// <summary>One value of the file with its place. Aliases share the node, so a tree may be a graph without cycles.</summary>
internal abstract class ConfigNode(Place place)
{
    public Place Place { get; } = place;

    /// <summary>Something is wrong with it that has been said: it is left out in silence.</summary>
    public bool Faulty { get; set; }

    /// <summary>The file broke off inside it: nothing can be said about what is missing.</summary>
    public bool BrokenOff { get; set; }

    /// <summary>An anchor stands at it or inside: other places may use it.</summary>
    public bool Anchored { get; set; }

    /// <summary>Nodes in this one, aliases counted each time: what bounds the work of walking it.</summary>
    public int Size { get; set; } = 1;
}

/// <summary>Text, number, boolean or null: which one is decided by YAML's core schema if it is plain.</summary>
internal sealed class ScalarNode(Place place, string text, bool plain) : ConfigNode(place)
{
    public string Text { get; } = text;

    /// <summary>Neither quoted nor a block: may be something else than text.</summary>
    public bool Plain { get; } = plain;
}

internal sealed class ListNode(Place place) : ConfigNode(place)
{
    public List<ConfigNode> Items { get; } = [];
}

internal sealed class MapNode(Place place) : ConfigNode(place)
{
    public List<MapEntry> Entries { get; } = [];

    public ConfigNode? this[string key]
    {
        get
        {
            foreach (var entry in Entries)
                if (entry.Key == key) return entry.Value;
            return null;
        }
    }

    public string? TextOf(string key) => (this[key] as ScalarNode)?.Text;

    public void Add(string key, Place place, ConfigNode value) => Entries.Add(new(key, place, value));
}

internal sealed record MapEntry(string Key, Place Place, ConfigNode Value);
