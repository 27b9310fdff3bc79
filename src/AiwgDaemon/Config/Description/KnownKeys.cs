namespace AiwgDaemon.Config.Description;

/// <summary>All names of keys, wherever they belong: what tells <c>timezone:UTC</c> from a word with a colon in it.</summary>
internal static class KnownKeys
{
    private static readonly Lazy<HashSet<string>> Names = new(static () => [.. Of(ConfigDescription.Root)]);

    public static bool Contains(string name) => Names.Value.Contains(name);

    private static IEnumerable<string> Of(Shape shape) => shape switch
    {
        ObjectShape map => map.Keys.SelectMany(key => Of(key.Shape).Append(key.Name)),
        ListShape list => Of(list.Item),
        DictionaryShape dictionary => Of(dictionary.Value),
        _ => [],
    };
}
