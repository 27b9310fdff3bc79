namespace AiwgDaemon.Config;

/// <summary>
/// One thing that is wrong with a configuration file, with its place. Lines and columns count from 1; line 0 means the
/// file as a whole. The text form is <c>FILE:LINE:COLUMN: KEY: what (what to write instead)</c>.
/// </summary>
/// <param name="File">The path as it is shown.</param>
/// <param name="Key">Path of the key, for instance <c>watch.paths[1].events</c>; empty for the file as a whole.</param>
/// <param name="What">What is wrong; reads on from the key.</param>
/// <param name="Instead">What to write; empty if <paramref name="What"/> says it all.</param>
/// <param name="Concern">What a warning is about beyond a word of advice.</param>
internal sealed record ConfigError(
    string File,
    int Line,
    int Column,
    string Key,
    string What,
    string Instead = "",
    ConfigConcern Concern = ConfigConcern.None
)
{
    public override string ToString()
    {
        var place = Line > 0 ? $"{File}:{Line}:{Column}: " : $"{File}: ";
        var key = Key.Length > 0 ? $"{Key}: " : "";
        return Instead.Length > 0 ? $"{place}{key}{What} ({Instead})" : $"{place}{key}{What}";
    }
}

/// <summary>Why a warning matters.</summary>
internal enum ConfigConcern
{
    None,

    /// <summary>The daemon does something else than was meant, and nothing else will say so.</summary>
    Meaning,

    /// <summary>The daemon would not start in the surroundings that this command sees.</summary>
    Start,
}
