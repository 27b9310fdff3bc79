namespace AiwgDaemon.Mcp;

/// <summary>Messages of the client, line by line.</summary>
internal sealed class McpInput(Stream input)
{
    public const int Longest = 4 * 1024 * 1024;

    private byte[] _buffer = new byte[8192];
    private int _start, _filled;

    /// <summary>The next line without its end, valid until the next call; null at the end. An empty one stands for one that is too
    /// long.</summary>
    public ReadOnlyMemory<byte>? Next()
    {
        var isTooLong = false;
        for (var searched = _start; ; )
        {
            var newline = _buffer.AsSpan(searched, _filled - searched).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                var line = _buffer.AsMemory(_start, searched + newline - _start);
                _start = searched + newline + 1;
                return isTooLong ? ReadOnlyMemory<byte>.Empty : line;
            }
            if (_filled - _start > Longest) (isTooLong, _start) = (true, _filled);
            MakeRoom();
            searched = _filled;
            var read = input.Read(_buffer.AsSpan(_filled));
            // The last message may come without its newline; half a message is none.
            if (read == 0 && _filled > _start) return Rest();
            if (read == 0) return null;
            _filled += read;
        }
    }

    private ReadOnlyMemory<byte> Rest()
    {
        var rest = _buffer.AsMemory(_start, _filled - _start);
        _start = _filled;
        return rest;
    }

    private void MakeRoom()
    {
        _buffer.AsSpan(_start, _filled - _start).CopyTo(_buffer);
        (_filled, _start) = (_filled - _start, 0);
        if (_filled == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
    }
}
