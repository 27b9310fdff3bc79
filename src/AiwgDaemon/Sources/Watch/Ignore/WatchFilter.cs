using AiwgDaemon.Globs;
using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Entries;

namespace AiwgDaemon.Sources.Watch.Ignore;

/// <summary>
/// Which roots want a path. Asked for one name at a time in a directory that was prepared, so that the path and the gitignore files that
/// hold are collected once for all its names.
/// </summary>
internal sealed class WatchFilter(
    EntryTable table,
    EntryPaths paths,
    PinnedEntries pins,
    Coverage coverage,
    GitIgnoreLevels levels,
    CurrentPlan plan
)
{
    private readonly byte[] _preparedPath = new byte[8 * 1024];
    private readonly char[] _preparedText = new char[8 * 1024];
    private readonly List<(GitIgnoreFile File, int From)> _preparedLevels = [];
    private readonly List<WatchRoot> _cover = [];
    private readonly HashSet<int> _inIgnoreRange = [];
    private int _prepared;
    private int _preparedLength;
    private int _preparedTextLength;

    /// <summary>The directories above the roots whose ignore files hold in them.</summary>
    public IReadOnlyCollection<int> DirectoriesAbove => _inIgnoreRange;

    /// <summary>True for a directory above a root whose ignore files hold in it.</summary>
    public bool IsAbove(int directory) => _inIgnoreRange.Contains(directory);

    /// <summary>An entry is removed; its number may be given to another one.</summary>
    public void Remove(int entry)
    {
        if (_prepared == entry) Forget();
        _inIgnoreRange.Remove(entry);
    }

    /// <summary>Paths or ignore files have changed: what was collected for a directory does not hold any more.</summary>
    public void Forget() => _prepared = 0;

    /// <summary>Collects what holds in a directory.</summary>
    public void Prepare(int directory)
    {
        if (_prepared == directory) return;
        var length = Math.Max(0, paths.Write(directory));
        paths.Buffer.AsSpan(0, length).CopyTo(_preparedPath);
        _preparedPath[length] = (byte)'/';
        (_prepared, _preparedLength) = (directory, length);
        if (plan.Value.Options.GitIgnore) levels.Collect(directory, length, _preparedLevels);
        else _preparedLevels.Clear();
        if (!plan.Value.NeedsText) return;
        _preparedTextLength = NativePath.GetChars(_preparedPath.AsSpan(0, length + 1), _preparedText);
    }

    /// <summary>The roots that cover a directory, as a set's number; 0 if none does. Its parent must be prepared.</summary>
    public ushort ChildCover(int parent, int entry, ReadOnlySpan<byte> name)
    {
        _cover.Clear();
        if (entry != 0 && pins.TryGetRoots(entry, out var own))
            foreach (var root in own)
                if (!IsCutOff(entry, root)) _cover.Add(root);
        var outer = coverage[table[parent].Cover];
        if (outer.Length > 0 && !BuiltinIgnores.IsIgnoredDirectory(table.Name(parent), name) && !IsGitIgnored(name, isDirectory: true))
        {
            var text = TextOf(name);
            var forAll = ForAll(text, isDirectory: true);
            foreach (var root in outer)
                if (!IsIgnoredBy(root, text, isDirectory: true, forAll)) _cover.Add(root);
        }
        // The usual case, without a search.
        if (
            _cover.Count == outer.Length
            && _cover.Count > 0
            && outer.AsSpan().SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_cover))
        )
            return table[parent].Cover;
        return coverage.Intern(_cover);
    }

    /// <summary>Whether any root wants to know of a file. Its directory must be prepared.</summary>
    public bool Accepts(int directory, int entry, ReadOnlySpan<byte> name)
    {
        if (entry != 0 && pins.IsRoot(entry)) return true;
        var cover = coverage[table[directory].Cover];
        if (cover.Length == 0 || BuiltinIgnores.IsIgnoredFile(table.Name(directory), name)) return false;
        var extension = false;
        foreach (var root in cover) extension |= root.HasExtension(name);
        if (!extension || IsGitIgnored(name, isDirectory: false)) return false;
        if (!plan.Value.NeedsText) return true;
        var text = TextOf(name);
        var forAll = ForAll(text, isDirectory: false);
        foreach (var root in cover)
            if (root.HasExtension(name) && !IsIgnoredBy(root, text, isDirectory: false, forAll)) return true;
        return false;
    }

    /// <summary>The most specific root that wants this kind of event; null if none does.</summary>
    public WatchRoot? Wanting(int directory, int entry, ReadOnlySpan<byte> name, FileEvents kind)
    {
        if (pins.TryGetRoots(entry, out var own))
            foreach (var root in own)
                if (root.Events.HasFlag(kind)) return root;
        Prepare(directory);
        var text = TextOf(name);
        var forAll = ForAll(text, isDirectory: false);
        foreach (var root in coverage[table[directory].Cover])
            if (root.Events.HasFlag(kind) && root.HasExtension(name) && !IsIgnoredBy(root, text, isDirectory: false, forAll)) return root;
        return null;
    }

    private bool IsGitIgnored(ReadOnlySpan<byte> name, bool isDirectory)
    {
        if (_preparedLevels.Count == 0) return false;
        name.CopyTo(_preparedPath.AsSpan(_preparedLength + 1));
        var path = _preparedPath.AsSpan(0, _preparedLength + 1 + name.Length);
        foreach (var (file, from) in _preparedLevels)
        {
            var verdict = file.Match(path[from..], isDirectory);
            if (verdict != GitIgnoreVerdict.None) return verdict == GitIgnoreVerdict.Ignored;
        }
        return false;
    }

    private ReadOnlySpan<char> TextOf(ReadOnlySpan<byte> name)
    {
        if (!plan.Value.NeedsText) return default;
        var length = NativePath.GetChars(name, _preparedText.AsSpan(_preparedTextLength));
        return _preparedText.AsSpan(0, _preparedTextLength + length);
    }

    // Relative to the project; null for what is outside of it, which is judged relative to its root.
    private GitIgnoreVerdict? ForAll(ReadOnlySpan<char> path, bool isDirectory)
    {
        if (plan.Value.Ignore.IsEmpty) return GitIgnoreVerdict.None;
        return TryRelative(path, plan.Value.Project, out var relative) ? plan.Value.Ignore.Match(relative, isDirectory) : null;
    }

    // The root's own list is the nearer one: what it takes back is wanted, whatever the list for all says.
    private bool IsIgnoredBy(WatchRoot root, ReadOnlySpan<char> path, bool isDirectory, GitIgnoreVerdict? forAll)
    {
        if (!TryRelative(path, root.Base, out var relative)) return forAll == GitIgnoreVerdict.Ignored;
        var own = root.Ignore.Match(relative, isDirectory);
        return (own != GitIgnoreVerdict.None ? own : forAll ?? plan.Value.Ignore.Match(relative, isDirectory)) == GitIgnoreVerdict.Ignored;
    }

    private static bool TryRelative(ReadOnlySpan<char> path, string directory, out ReadOnlySpan<char> relative)
    {
        relative = default;
        if (path.IsEmpty) return false;
        // Windows paths have no slash before the drive.
        if (OperatingSystem.IsWindows())
            path = path[1..];
        if (path.Length <= directory.Length + 1 || path[directory.Length] != '/' || !path.StartsWith(directory, StringComparison.Ordinal))
            return false;
        relative = path[(directory.Length + 1)..];
        return true;
    }

    /// <summary>From the top of the repository (or, if there is none, the project) down to a root, gitignore files hold below it
    /// too.</summary>
    public void LoadLevelsAbove(int rootEntry)
    {
        if (!plan.Value.Options.GitIgnore || !pins.IsRoot(rootEntry)) return;
        var chain = new List<(int Entry, string Path)>();
        var top = -1;
        for (var at = table[rootEntry].Parent; at > EntryTable.Root; at = table[at].Parent)
        {
            var path = paths.Text(at);
            chain.Add((at, path));
            if (!Path.Exists(path + "/.git")) continue;
            top = chain.Count;
            break;
        }
        if (top < 0 && !Path.Exists(paths.Text(rootEntry) + "/.git")) top = chain.FindIndex(c => c.Path == plan.Value.Project) + 1;
        for (var i = 0; i < top; i++)
        {
            var (entry, path) = chain[i];
            _inIgnoreRange.Add(entry);
            if (!levels.Has(entry)) levels.Load(entry, path, File.Exists(path + "/.gitignore"), Path.Exists(path + "/.git"));
        }
        Forget();
    }

    // Of a root that lies below its watched path: whether a directory between the two is ignored.
    private bool IsCutOff(int entry, WatchRoot root)
    {
        if (root.Absolute.Length == root.Base.Length) return false;
        LoadLevelsAbove(entry);
        var isIgnored = false;
        var at = entry;
        for (var length = root.Absolute.Length; length > root.Base.Length && !isIgnored; at = table[at].Parent)
        {
            var parent = table[at].Parent;
            var name = table.Name(at);
            length -= name.Length + 1;
            Prepare(parent);
            var text = TextOf(name);
            isIgnored = BuiltinIgnores.IsIgnoredDirectory(table.Name(parent), name) || IsGitIgnored(name, isDirectory: true)
                || IsIgnoredBy(root, text, isDirectory: true, ForAll(text, isDirectory: true));
        }
        Prepare(table[entry].Parent);
        return isIgnored;
    }
}
