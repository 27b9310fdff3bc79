namespace AiwgDaemon.Config;

/// <summary>Words of the file as values of an enumeration: <c>by_path</c> is <c>ByPath</c>.</summary>
internal static class ConfigWord
{
    /// <summary>An <see cref="ArgumentException"/> for a word that was not checked.</summary>
    public static T To<T>(string word)
        where T : struct, Enum => Enum.Parse<T>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
