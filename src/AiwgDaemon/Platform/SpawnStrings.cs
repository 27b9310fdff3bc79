using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>A NULL-terminated array of C strings in one native block, byte for byte as <see cref="NativePath"/> says.</summary>
internal sealed unsafe class SpawnStrings : IDisposable
{
    private byte* _next;
    private int _count;

    private SpawnStrings(int count, int bytes)
    {
        Pointers = (byte**)NativeMemory.Alloc((nuint)(((count + 1) * sizeof(byte*)) + bytes));
        Pointers[count] = null;
        _next = (byte*)(Pointers + count + 1);
    }

    public byte** Pointers { get; private set; }

    public static SpawnStrings Of(string first, IReadOnlyList<string> others)
    {
        var bytes = Size(first);
        foreach (var text in others) bytes += Size(text);
        var strings = new SpawnStrings(others.Count + 1, bytes);
        strings.Add(first, "", "");
        foreach (var text in others) strings.Add(text, "", "");
        return strings;
    }

    /// <summary>As <c>NAME=value</c>.</summary>
    public static SpawnStrings Of(IReadOnlyDictionary<string, string> environment)
    {
        var bytes = 0;
        foreach (var (name, value) in environment)
        {
            if (name.Length == 0 || name.Contains('='))
                throw new SpawnException($"\"{name}\" cannot be the name of an environment variable");
            bytes += Size(name) + Size(value);
        }
        var strings = new SpawnStrings(environment.Count, bytes);
        foreach (var (name, value) in environment) strings.Add(name, "=", value);
        return strings;
    }

    /// <summary>One NUL-terminated string.</summary>
    public static byte[] Encode(string text)
    {
        var bytes = new byte[Size(text)];
        NativePath.Encode(text, bytes);
        return bytes;
    }

    public void Dispose()
    {
        NativeMemory.Free(Pointers);
        Pointers = null;
    }

    // A NUL would cut the text off without a word.
    private static int Size(string text) => text.Contains('\0')
        ? throw new SpawnException("A program cannot be given a text with a NUL character in it, as an argument or in its environment")
        : NativePath.ByteCount(text) + 1;

    private void Add(string head, string separator, string tail)
    {
        Pointers[_count++] = _next;
        foreach (var part in (ReadOnlySpan<string>)[head, separator, tail])
            _next += NativePath.Encode(part, new Span<byte>(_next, NativePath.ByteCount(part)));
        *_next++ = 0;
    }
}
