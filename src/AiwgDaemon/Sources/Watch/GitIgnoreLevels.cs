using AiwgDaemon.Globs;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

/// <summary>
/// The gitignore files that hold in the watched trees, by directory: <c>.gitignore</c> at each level and, at the top of a repository,
/// <c>info/exclude</c> and the user's global excludes. A repository inside another starts anew, as it does for git.
/// </summary>
internal sealed class GitIgnoreLevels(EntryTable table)
{
    private const int MaxFileBytes = 16 * 1024 * 1024;

    private readonly Dictionary<int, GitIgnoreFile> _files = [];
    private readonly Dictionary<int, GitIgnoreFile> _excludes = [];
    private GitIgnoreFile? _global;

    /// <summary>Reads what a directory has; without <paramref name="hasFile"/> and <paramref name="isTop"/> it forgets it.</summary>
    public void Load(int directory, string path, bool hasFile, bool isTop)
    {
        Forget(directory);
        if (hasFile && Read(path + "/.gitignore") is { IsEmpty: false } file) _files[directory] = file;
        if (!isTop) return;
        _global ??= Read(GitConfiguration.GlobalExcludes(path)) ?? GitIgnoreFile.Parse(default);
        _excludes[directory] = Read(GitConfiguration.InfoExclude(path)) ?? GitIgnoreFile.Parse(default);
    }

    public void Forget(int directory)
    {
        _files.Remove(directory);
        _excludes.Remove(directory);
    }

    public bool Has(int directory) => _files.ContainsKey(directory) || _excludes.ContainsKey(directory);

    public void Clear()
    {
        _files.Clear();
        _excludes.Clear();
        _global = null;
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
                levels.Add((exclude, pathLength + 1));
                levels.Add((_global!, pathLength + 1));
                return;
            }
            pathLength -= table[at].NameLength + 1;
        }
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
