namespace AiwgDaemon.Config;

/// <summary>
/// One thing that is wrong with a configuration file, with its place. Lines and columns count from 1; line 0 means the
/// file as a whole. The text form is <c>FILE:LINE:COLUMN: KEY: what (what to write instead)</c>.
/// </summary>
/// <param name="File">The path as it is shown.</param>
/// <param name="Key">Path of the key, for instance <c>watch.paths[1].events</c>; empty for the file as a whole.</param>
/// <param name="What">What is wrong; reads on from the key.</param>
/// <param name="Instead">What to write; empty where <paramref name="What"/> says it all.</param>
internal sealed record ConfigError(string File, int Line, int Column, string Key, string What, string Instead = "")
{
    public override string ToString()
    {
        var place = Line > 0 ? $"{File}:{Line}:{Column}: " : $"{File}: ";
        var key = Key.Length > 0 ? $"{Key}: " : "";
        return Instead.Length > 0 ? $"{place}{key}{What} ({Instead})" : $"{place}{key}{What}";
    }
}
