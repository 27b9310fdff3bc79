namespace AiwgDaemon.Sources.Watch;

/// <summary>What is never reported: by whole path segments, so that <c>.gitattributes</c> or <c>builda/</c> is not caught.</summary>
internal static class BuiltinIgnores
{
    /// <summary>node_modules, .git, .aiwg/working, .aiwg/daemon.</summary>
    public static bool IsIgnoredDirectory(ReadOnlySpan<byte> parent, ReadOnlySpan<byte> name) =>
        name.SequenceEqual("node_modules"u8) || name.SequenceEqual(".git"u8)
        || ((name.SequenceEqual("working"u8) || name.SequenceEqual("daemon"u8)) && parent.SequenceEqual(".aiwg"u8));

    /// <summary>
    /// Files that editors make beside the one that is edited: vim (.x.swp, .x.swo …, 4913), backups (x~), Emacs (.#x, #x#), JetBrains
    /// (x___jb_tmp___), and the daemon's pid file.
    /// </summary>
    public static bool IsIgnoredFile(ReadOnlySpan<byte> parent, ReadOnlySpan<byte> name)
    {
        if (name[^1] == '~' || name.SequenceEqual("4913"u8) || name.SequenceEqual(".git"u8)) return true;
        if (name[0] == '#' && name[^1] == '#' && name.Length > 1) return true;
        if (name[0] == '.' && name.Length > 2 && name[1] == '#') return true;
        if (name[0] == '.' && name.Length > 5 && name[^4] == '.' && name[^3] == 's' && name[^2] == 'w' && name[^1] is >= (byte)'a' and <= (byte)'p') return true;
        if (name.EndsWith(".swp"u8) || name.EndsWith("___jb_tmp___"u8) || name.EndsWith("___jb_old___"u8)) return true;
        return parent.SequenceEqual(".aiwg"u8) && (name.SequenceEqual("daemon.pid"u8) || name.SequenceEqual("daemon.pid.tmp"u8));
    }
}
