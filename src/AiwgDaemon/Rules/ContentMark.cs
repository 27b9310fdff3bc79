using System.Runtime.InteropServices;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Rules;

/// <summary>
/// A fingerprint of what a path holds, to see whether an action has left the same again: of the content alone, since an identical file may
/// have another inode and other times. Not cryptographic; a collision (1 in 2^64) ignores one change. Reads the file: not under a lock.
/// </summary>
internal static class ContentMark
{
    /// <summary>A larger file, in bytes, is not read, and counts as different each time.</summary>
    public const int LargestFile = 8 * 1024 * 1024;

    /// <summary>The fingerprint of a path where nothing is.</summary>
    public const ulong Gone = 0;

    /// <summary>Null if it cannot be told, since the file is too large, no regular file, or not readable: the change then counts as a
    /// different one.</summary>
    /// <param name="path">The path, with escapes for bytes that are no text; such a name is not read.</param>
    /// <param name="deleted">The event says that it is gone. Without that, a path that is not found may only be out of reach.</param>
    public static ulong? Of(string path, bool deleted)
    {
        if (NativePath.HasEscapes(path)) return null;
        if (ForeignFile.TryReadAll(path, LargestFile, Links.Refused, out var fault) is { } content) return Of(content);
        return deleted && fault is null && !Path.Exists(path) ? Gone : null;
    }

    /// <summary>Never <see cref="Gone"/>.</summary>
    public static ulong Of(ReadOnlySpan<byte> content)
    {
        var mark = 0xcbf2_9ce4_8422_2325UL;
        var words = MemoryMarshal.Cast<byte, ulong>(content);
        foreach (var word in words) mark = Mix(mark, word);
        foreach (var rest in content[(words.Length * sizeof(ulong))..]) mark = Mix(mark, rest);
        return Mix(mark, (ulong)content.Length) | 1;
    }

    // The round of splitmix64's finaliser, which spreads each bit over the word.
    private static ulong Mix(ulong mark, ulong word)
    {
        mark = (mark ^ word) * 0x9e37_79b9_7f4a_7c15;
        return mark ^ (mark >> 29);
    }
}
