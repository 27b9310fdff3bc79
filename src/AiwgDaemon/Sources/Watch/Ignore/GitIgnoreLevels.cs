using AiwgDaemon.Globs;
using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Entries;

namespace AiwgDaemon.Sources.Watch.Ignore;

/// <summary>
/// The gitignore files that hold in the watched trees, by directory: <c>.gitignore</c> at each level and, at the top of a repository,
/// <c>info/exclude</c> and the user's global excludes. A repository inside another starts anew, as it does for git.
/// </summary>
/// <param name="table">The trees.</param>
/// <param name="excludeFiles">Notices when an exclude file changes.</param>
/// <param name="faulty">Is told what is wrong with files whose patterns do not hold, whenever that changes: no regular file, or too
/// large.</param>
internal sealed class GitIgnoreLevels(EntryTable table, ExcludeFiles excludeFiles, Action<string[]>? faulty = null)
{
    /// <summary>Most bytes of an ignore file that are read.</summary>
    public const int MaxFileBytes = 1024 * 1024;

    private readonly List<(int Directory, string Fault)> _faults = [];

    private readonly Dictionary<int, GitIgnoreFile> _files = [];
    private readonly Dictionary<int, (GitIgnoreFile Own, GitIgnoreFile Global)> _excludes = [];

    /// <summary>
    /// Reads what a directory has; without <paramref name="hasFile"/> and <paramref name="isTop"/> it forgets it. True if the patterns
    /// differ.
    /// </summary>
    public bool Load(int directory, string path, bool hasFile, bool isTop)
    {
        var former = RulesOf(directory);
        Forget(directory);
        if (hasFile && Read(directory, path + "/.gitignore", Links.Refused) is { IsEmpty: false } file)
            _files[directory] = file;
        if (isTop)
            _excludes[directory] = (
                ReadExclude(directory, GitConfiguration.InfoExclude(path)),
                ReadExclude(directory, GitConfiguration.GlobalExcludes(path))
            );
        var (level, own, global) = RulesOf(directory);
        // Where a repository begins, those above it hold no more.
        return (former.Own is null) != (own is null)
            || !GitIgnoreFile.AreSame(former.File, level)
            || !GitIgnoreFile.AreSame(former.Own, own)
            || !GitIgnoreFile.AreSame(former.Global, global);
    }

    /// <summary>True if <see cref="Load"/> would change the patterns; until it is called the former ones hold.</summary>
    public bool Differs(int directory, string path, bool hasFile, bool isTop)
    {
        var (file, own, global) = RulesOf(directory);
        if (!Load(directory, path, hasFile, isTop)) return false;
        _files.Remove(directory);
        _excludes.Remove(directory);
        if (file is not null) _files[directory] = file;
        if (own is not null) _excludes[directory] = (own, global!);
        return true;
    }

    public void Forget(int directory)
    {
        _files.Remove(directory);
        _excludes.Remove(directory);
        excludeFiles.Forget(directory);
        ForgetFaults(f => f.Directory == directory);
    }

    public bool Has(int directory) => _files.ContainsKey(directory) || _excludes.ContainsKey(directory);

    public void Clear()
    {
        _files.Clear();
        _excludes.Clear();
        excludeFiles.Clear();
        ForgetFaults(_ => true);
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

    private (GitIgnoreFile? File, GitIgnoreFile? Own, GitIgnoreFile? Global) RulesOf(int directory)
    {
        var file = _files.GetValueOrDefault(directory);
        return _excludes.TryGetValue(directory, out var excludes) ? (file, excludes.Own, excludes.Global) : (file, null, null);
    }

    // Followed first, so that a change after the reading is told. As git does, what is outside of the work tree may be a link.
    private GitIgnoreFile ReadExclude(int top, string? path)
    {
        excludeFiles.Follow(top, path);
        return (path is null ? null : Read(top, path, Links.Followed)) ?? GitIgnoreFile.Parse(default);
    }

    private GitIgnoreFile? Read(int directory, string path, Links links)
    {
        var content = ForeignFile.TryReadAll(path, MaxFileBytes, links, out var fault);
        if (content is not null)
        {
            if (GitIgnoreFile.TryParse(content, out var file)) return file;
            fault = $"{path} has more than {GitIgnoreFile.MaxPatterns:N0} patterns, the most that are read";
        }
        if (fault is null) return null;
        _faults.Add((directory, fault));
        TellFaults();
        return null;
    }

    private void ForgetFaults(Predicate<(int Directory, string Fault)> which)
    {
        if (_faults.RemoveAll(which) > 0) TellFaults();
    }

    private void TellFaults() => faulty?.Invoke(_faults.Select(f => f.Fault).Distinct().ToArray());
}
