using System.Buffers;
using System.Security.Cryptography;
using AiwgDaemon.Http;
using AiwgDaemon.Sources.Webhook.Signing;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>A body in pieces; dispose it to give them back.</summary>
internal sealed class RequestBody(BodyReader reader, CancellationTokenSource limit) : ISignedBody, IDisposable
{
    /// <summary>Size of each piece after the first, which most bodies fit.</summary>
    public const int Further = 16 * 1024;

    private const int First = 4 * 1024;

    // The first of them is not of the common memory.
    private readonly List<byte[]> _full = [];
    private byte[]? _last;
    private int _free;
    private int _held;

    /// <summary>Why it is not taken; null if it is complete.</summary>
    public Refusal? Refusal { get; private set; }

    public CancellationTokenSource Limit => limit;

    /// <summary>Its place among those that are coming.</summary>
    public LinkedListNode<RequestBody>? Node { get; set; }

    /// <summary>Its memory is promised to another.</summary>
    public bool GaveWay { get; set; }

    public int Length { get; private set; }

    public bool IsFull => _free == 0;

    public Memory<byte> Free => _last.AsMemory(_last!.Length - _free);

    /// <summary>It has no piece yet.</summary>
    public bool IsNew => _last is null;

    public RequestBody Refuse(Refusal refusal)
    {
        Refusal = refusal;
        return this;
    }

    public void Begin() => Add(ArrayPool<byte>.Shared.Rent(First));

    /// <summary>Takes a further piece, which is one of the common memory.</summary>
    public void Grow(byte[] piece)
    {
        Add(piece);
        _held += Further;
    }

    /// <summary>How much of the common memory was its own; none from now on.</summary>
    public int TakeHeld()
    {
        var held = _held;
        _held = 0;
        return held;
    }

    /// <summary>Moves its pieces of the common memory to <paramref name="spare"/>, but the one that is being filled.</summary>
    public void TakeFull(Stack<byte[]> spare)
    {
        for (var i = 1; i < _full.Count; i++) spare.Push(_full[i]);
        if (_full.Count > 1) _full.RemoveRange(1, _full.Count - 1);
    }

    /// <summary>Moves all of them.</summary>
    public void TakeAll(Stack<byte[]> spare)
    {
        TakeFull(spare);
        if (_full.Count > 0 && _last is not null) spare.Push(_last);
    }

    public void Advance(int count)
    {
        Length += count;
        _free -= count;
    }

    public ReadOnlySpan<byte> Piece(int index) => index == _full.Count ? _last.AsSpan(0, _last!.Length - _free) : _full[index];

    public int Pieces => _last is null ? 0 : _full.Count + 1;

    public void AppendTo(IncrementalHash hash)
    {
        for (var i = 0; i < Pieces; i++) hash.AppendData(Piece(i));
    }

    /// <summary>All in one, which is worth its memory only after the signature was found right.</summary>
    public ReadOnlyMemory<byte> Joined()
    {
        if (_full.Count == 0) return _last.AsMemory(0, Length);
        var whole = GC.AllocateUninitializedArray<byte>(Length);
        var at = 0;
        for (var i = 0; i < Pieces; i++)
        {
            Piece(i).CopyTo(whole.AsSpan(at));
            at += Piece(i).Length;
        }
        return whole;
    }

    public void Dispose()
    {
        if (_last is null) return;
        ArrayPool<byte>.Shared.Return(_full.Count > 0 ? _full[0] : _last);
        if (_full.Count > 0) reader.Return(this);
        _full.Clear();
        (_last, _free, Length) = (null, 0, 0);
    }

    private void Add(byte[] piece)
    {
        if (_last is not null) _full.Add(_last);
        _last = piece;
        _free = piece.Length;
    }
}
