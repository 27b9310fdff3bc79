using System.Buffers;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>A body in pieces; dispose it to give them back.</summary>
internal sealed class RequestBody(BodyReader reader, CancellationTokenSource limit) : IDisposable
{
    /// <summary>Size of each piece after the first, which most bodies fit.</summary>
    public const int Further = 16 * 1024;

    private const int First = 4 * 1024;

    private readonly List<byte[]> _pieces = [];
    private int _free;
    private int _held;

    /// <summary>The status of the refusal; zero where the body is complete.</summary>
    public int Refusal { get; private set; }

    public CancellationTokenSource Limit => limit;

    /// <summary>Its place among those that are coming.</summary>
    public LinkedListNode<RequestBody>? Node { get; set; }

    /// <summary>Its memory is promised to another.</summary>
    public bool GaveWay { get; set; }

    public int Length { get; private set; }

    public bool IsFull => _free == 0;

    public Memory<byte> Free => _pieces[^1].AsMemory(_pieces[^1].Length - _free);

    /// <summary>It has no piece yet.</summary>
    public bool IsNew => _pieces.Count == 0;

    public RequestBody Refuse(int status)
    {
        Refusal = status;
        return this;
    }

    public void Begin() => Add(ArrayPool<byte>.Shared.Rent(First));

    /// <summary>Takes a further piece, which is one of the common memory.</summary>
    public void Grow(byte[] piece)
    {
        Add(piece);
        _held += Further;
    }

    /// <summary>What it holds of the common memory; nothing from now on.</summary>
    public int TakeHeld()
    {
        var held = _held;
        _held = 0;
        return held;
    }

    public void Advance(int count)
    {
        Length += count;
        _free -= count;
    }

    public ReadOnlySpan<byte> Piece(int index) => index == _pieces.Count - 1 ? _pieces[index].AsSpan(0, _pieces[index].Length - _free) : _pieces[index];

    public int Pieces => _pieces.Count;

    /// <summary>All in one, which is worth its memory only after the signature was found right.</summary>
    public ReadOnlyMemory<byte> Joined()
    {
        if (_pieces.Count == 1) return _pieces[0].AsMemory(0, Length);
        var whole = GC.AllocateUninitializedArray<byte>(Length);
        var at = 0;
        for (var i = 0; i < _pieces.Count; i++)
        {
            Piece(i).CopyTo(whole.AsSpan(at));
            at += Piece(i).Length;
        }
        return whole;
    }

    public void Dispose()
    {
        if (_pieces.Count == 0) return;
        ArrayPool<byte>.Shared.Return(_pieces[0]);
        if (_pieces.Count > 1) reader.Return(this, _pieces.Skip(1));
        _pieces.Clear();
        (_free, Length) = (0, 0);
    }

    private void Add(byte[] piece)
    {
        _pieces.Add(piece);
        _free = piece.Length;
    }
}
