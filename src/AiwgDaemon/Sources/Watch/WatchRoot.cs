using AiwgDaemon.Globs;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

/// <summary>One entry of <c>watch.paths</c>, compiled.</summary>
internal sealed class WatchRoot
{
    private readonly byte[][] _extensions;

    public WatchRoot(WatchPath options, string projectDirectory, int index = 0)
    {
        (Path, Index) = (options.Path, index);
        Absolute = System
            .IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(options.Path, projectDirectory))
            .Replace('\\', OperatingSystem.IsWindows() ? '/' : '\\');
        Base = Absolute;
        Events = options.Events;
        Ignore = IgnoreList.TryParse(options.Ignore, out var ignore, out var error)
            ? ignore
            : throw new FormatException($"watch.paths, {Path}: {error}");
        _extensions = [.. options.Extensions.Select(e => NativePath.ToBytes(e))];
    }

    private WatchRoot(WatchRoot root, string absolute)
    {
        (Path, Index, Absolute, Base, Events, Ignore, _extensions) = (
            root.Path,
            root.Index,
            absolute,
            root.Base,
            root.Events,
            root.Ignore,
            root._extensions
        );
    }

    /// <summary>As written.</summary>
    public string Path { get; }

    /// <summary>Its place in the configuration's list.</summary>
    public int Index { get; }

    /// <summary>Where the watching starts; without a slash at its end; empty for the root of the filesystem itself.</summary>
    public string Absolute { get; }

    /// <summary>The watched path itself, which patterns are relative to: <see cref="Absolute"/>, or above it if a filesystem below the root
    /// is watched on its own.</summary>
    public string Base { get; }

    public FileEvents Events { get; }

    public IgnoreList Ignore { get; }

    public int Entry { get; set; }

    /// <summary>The part of the same root that lies at or below a directory, with counters of its own.</summary>
    public WatchRoot Below(string absolute) => new(this, absolute);

    /// <summary>Kernel watches at and below it.</summary>
    public int Watches { get; set; }

    /// <summary>Directories at and below it that are listed at intervals.</summary>
    public int Polled { get; set; }

    public bool HasExtension(ReadOnlySpan<byte> name)
    {
        if (_extensions.Length == 0) return true;
        foreach (var extension in _extensions)
            if (name.EndsWith(extension)) return true;
        return false;
    }
}
