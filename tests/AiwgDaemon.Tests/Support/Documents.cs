namespace AiwgDaemon.Tests.Support;

/// <summary>The documents of the repository.</summary>
internal static class Documents
{
    /// <summary>README and what is below .github, by the path from the root.</summary>
    public static IEnumerable<string> All =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, ".github"), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Prepend("README.md")
            .Order(StringComparer.Ordinal);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n");

    /// <summary>A page of .github/docs.</summary>
    public static string Page(string name) => Read($".github/docs/{name}.md");
}
