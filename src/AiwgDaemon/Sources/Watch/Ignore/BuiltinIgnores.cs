namespace AiwgDaemon.Sources.Watch.Ignore;

/// <summary>
/// What is never reported: by whole path segments, so that <c>.gitattributes</c> or <c>builda/</c> is not caught, and of files only names
/// that editors are known to make, so that a <c>fonts.swp</c> or <c>.logo.swf</c> of the user's is not.
/// </summary>
internal static class BuiltinIgnores
{
    /// <summary>node_modules, .git, .aiwg/working, .aiwg/daemon, .aiwg/worktrees.</summary>
    public static bool IsIgnoredDirectory(ReadOnlySpan<byte> parent, ReadOnlySpan<byte> name) =>
        name.SequenceEqual("node_modules"u8) || name.SequenceEqual(".git"u8)
        || (parent.SequenceEqual(".aiwg"u8)
            && (name.SequenceEqual("working"u8) || name.SequenceEqual("daemon"u8) || name.SequenceEqual("worktrees"u8)));

    /// <summary>
    /// Files that editors make beside the one that is edited: vim's and nano's <c>.x.swp</c> (vim's next ones <c>.x.swo</c>, <c>.x.swn</c>,
    /// and <c>.x.swx</c>, <c>.x.swpx</c> with which it tries names out), backups (<c>x </c>), Emacs (<c>.#x</c>, <c>#x#</c>), JetBrains
    /// (<c>x___jb_tmp___</c>), and the daemon's pid file.
    /// </summary>
    public static bool IsIgnoredFile(ReadOnlySpan<byte> parent, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual(".git"u8)) return true;
        if (name.Length > 1 && name[^1] == '~') return true;
        if (name.Length > 2 && name[0] == '#' && name[^1] == '#') return true;
        if (name.Length > 2 && name[0] == '.' && (name[1] == '#' || IsSwapFile(name))) return true;
        if (name.Length > 12 && (name.EndsWith("___jb_tmp___"u8) || name.EndsWith("___jb_old___"u8))) return true;
        return parent.SequenceEqual(".aiwg"u8) && (name.SequenceEqual("daemon.pid"u8) || name.SequenceEqual("daemon.pid.tmp"u8));
    }

    // Behind a dot; between them stands the name of the file that is edited, if it has one.
    private static bool IsSwapFile(ReadOnlySpan<byte> name) =>
        name.EndsWith(".swp"u8)
        || name.EndsWith(".swo"u8)
        || name.EndsWith(".swn"u8)
        || name.EndsWith(".swx"u8)
        || name.EndsWith(".swpx"u8);
}
