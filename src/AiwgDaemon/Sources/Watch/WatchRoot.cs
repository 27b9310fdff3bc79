using AiwgDaemon.Globs;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

/// <summary>One entry of <c>watch.paths</c>, compiled.</summary>
internal sealed class WatchRoot
{
    private readonly byte[][] _extensions;

    public WatchRoot(WatchPath options, string projectDirectory)
    {
        Path = options.Path;
        Absolute = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(options.Path, projectDirectory)).Replace('\\', OperatingSystem.IsWindows() ? '/' : '\\');
        Events = options.Events;
        Ignore = IgnoreList.TryParse(options.Ignore, out var ignore, out var error) ? ignore : throw new FormatException($"watch.paths, {Path}: {error}");
        _extensions = [.. options.Extensions.Select(e => NativePath.ToBytes(e))];
    }

    /// <summary>As written.</summary>
    public string Path { get; }

    /// <summary>Without a slash at its end; empty for the root of the filesystem itself.</summary>
    public string Absolute { get; }

    public FileEvents Events { get; }

    public IgnoreList Ignore { get; }

    public int Entry { get; set; }

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
