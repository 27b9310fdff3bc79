using System.Runtime.InteropServices;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>A point of the curve -x² + y² = 1 + dx²y² modulo 2^255 - 19 (RFC 8032, section 5.1), in extended coordinates.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct EdwardsPoint
{
    public const int Size = 32;

    private static readonly Field25519 D = (Field25519.Zero - Field25519.Of(121665)) * Field25519.Of(121666).Inverse();

    // 2 to the power of (p - 1) / 4: its square is -1.
    private static readonly Field25519 Root = Field25519.Of(2).Power(253, 5);

    private readonly Field25519 _x, _y, _z, _t;

    private EdwardsPoint(Field25519 x, Field25519 y, Field25519 z, Field25519 t) => (_x, _y, _z, _t) = (x, y, z, t);

    public static EdwardsPoint Zero { get; } = new(Field25519.Zero, Field25519.One, Field25519.One, Field25519.Zero);

    /// <summary>The base point: y is 4/5, and x even.</summary>
    public static EdwardsPoint Base { get; } = Of(Field25519.Of(4) * Field25519.Of(5).Inverse(), isOdd: false)!.Value;

    /// <summary>Null if the 32 bytes are no point.</summary>
    public static EdwardsPoint? Read(ReadOnlySpan<byte> bytes)
    {
        Span<byte> y = stackalloc byte[Size];
        bytes[..Size].CopyTo(y);
        y[^1] &= 0x7f;
        return Field25519.Read(y) is { } read ? Of(read, (bytes[Size - 1] & 0x80) != 0) : null;
    }

    public void Write(Span<byte> bytes)
    {
        var inverse = _z.Inverse();
        (_y * inverse).Write(bytes);
        if ((_x * inverse).IsOdd) bytes[Size - 1] |= 0x80;
    }

    public EdwardsPoint Negated() => new(Field25519.Zero - _x, _y, _z, Field25519.Zero - _t);

    // Complete: it holds for two points that are the same, too (RFC 8032, section 5.1.4).
    public static EdwardsPoint operator +(EdwardsPoint p, EdwardsPoint q)
    {
        var a = (p._y - p._x) * (q._y - q._x);
        var b = (p._y + p._x) * (q._y + q._x);
        var c = p._t * q._t * (D + D);
        var d = p._z * (q._z + q._z);
        var (e, f, g, h) = (b - a, d - c, d + c, b + a);
        return new(e * f, g * h, f * g, e * h);
    }

    private static EdwardsPoint? Of(Field25519 y, bool isOdd)
    {
        var square = y * y;
        var (u, v) = (square - Field25519.One, (D * square) + Field25519.One);
        var cube = v * v * v;
        // A root of u/v, if there is one: to the power of (p - 5) / 8.
        var x = u * cube * (u * cube * cube * v).Power(252, 3);
        var check = v * x * x;
        if (!(check - u).IsZero)
        {
            if (!(check + u).IsZero) return null;
            x *= Root;
        }
        if (x.IsZero && isOdd) return null;
        if (x.IsOdd != isOdd) x = Field25519.Zero - x;
        return new(x, y, Field25519.One, x * y);
    }
}
