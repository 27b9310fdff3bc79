namespace AiwgDaemon.Config;

/// <summary>Nodes of the description's defaults: a word, or a list of words in brackets, or {}.</summary>
internal static class DefaultNode
{
    public static ConfigNode Parse(string text)
    {
        if (text == "{}") return new MapNode(Place.None);
        if (!text.StartsWith('[')) return Word(text);
        var list = new ListNode(Place.None);
        foreach (var item in text[1..^1].Split(", ", StringSplitOptions.RemoveEmptyEntries)) list.Items.Add(Word(item));
        return list;
    }

    private static ScalarNode Word(string text) =>
        text.StartsWith('"')
            ? new(Place.None, text.Trim('"'), plain: false)
            : new(Place.None, text, plain: CoreSchema.KindOf(text) != "text");
}
