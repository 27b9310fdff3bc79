using AiwgDaemon.Globs;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

/// <summary>
/// The gitignore files that hold in the watched trees, by directory: <c>.gitignore</c> at each level and, at the top of a repository,
/// <c>info/exclude</c> and the user's global excludes. A repository inside another starts anew, as it does for git.
/// </summary>
internal sealed class GitIgnoreLevels(EntryTable table, ExcludeFiles excludeFiles)
{
    private const int MaxFileBytes = 16 * 1024 * 1024;

    private readonly Dictionary<int, GitIgnoreFile> _files = [];
    private readonly Dictionary<int, (GitIgnoreFile Own, GitIgnoreFile Global)> _excludes = [];

    /// <summary>Reads what a directory has; without <paramref name="hasFile"/> and <paramref name="isTop"/> it forgets it.</summary>
    public void Load(int directory, string path, bool hasFile, bool isTop)
    {
        Forget(directory);
        if (hasFile && Read(path + "/.gitignore") is { IsEmpty: false } file) _files[directory] = file;
        if (!isTop) return;
        _excludes[directory] = (ReadExclude(directory, GitConfiguration.InfoExclude(path)), ReadExclude(directory, GitConfiguration.GlobalExcludes(path)));
    }

    public void Forget(int directory)
    {
        _files.Remove(directory);
        if (_excludes.Remove(directory)) excludeFiles.Forget(directory);
    }

    public bool Has(int directory) => _files.ContainsKey(directory) || _excludes.ContainsKey(directory);

    public void Clear()
    {
        _files.Clear();
        _excludes.Clear();
        excludeFiles.Clear();
    }

    /// <summary>The files that hold for names in a directory, the nearest first, each with where the path relative to it starts.</summary>
    public void Collect(int directory, int pathLength, List<(GitIgnoreFile File, int From)> levels)
    {
        levels.Clear();
        if (_files.Count == 0 && _excludes.Count == 0) return;
        for (var at = directory; at != 0; at = table[at].Parent)
        {
            if (_files.TryGetValue(at, out var file)) levels.Add((file, pathLength + 1));
            if (_excludes.TryGetValue(at, out var exclude))
            {
                levels.Add((exclude.Own, pathLength + 1));
                levels.Add((exclude.Global, pathLength + 1));
                return;
            }
            pathLength -= table[at].NameLength + 1;
        }
    }

    // Followed first, so that a change after the reading is told.
    private GitIgnoreFile ReadExclude(int top, string? path)
    {
        excludeFiles.Follow(top, path);
        return Read(path) ?? GitIgnoreFile.Parse(default);
    }

    private static GitIgnoreFile? Read(string? path)
    {
        if (path is null) return null;
        try
        {
            var file = new FileInfo(path);
            return file is { Exists: true, Length: < MaxFileBytes } ? GitIgnoreFile.Parse(File.ReadAllBytes(path)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone between the look and the read, or not ours to read: git passes over it too.
            return null;
        }
    }
}
