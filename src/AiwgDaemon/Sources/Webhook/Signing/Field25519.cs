using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>
/// A number modulo p = 2^255 - 19, kept below 2^256. Not in constant time: whoever verifies a signature handles nothing secret.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Field25519
{
    public static readonly Field25519 Zero, One = new(1, 0, 0, 0);

    // p, lowest first.
    private static readonly ulong[] Prime = [0xffffffffffffffed, ulong.MaxValue, ulong.MaxValue, 0x7fffffffffffffff];

    // 2^256 is 38 modulo p.
    private const ulong Fold = 38;

    private readonly ulong _a, _b, _c, _d;

    private Field25519(ulong a, ulong b, ulong c, ulong d) => (_a, _b, _c, _d) = (a, b, c, d);

    public static Field25519 Of(ulong value) => new(value, 0, 0, 0);

    /// <summary>Null if it is not the one way to write the number: 32 bytes, the lowest first, below p.</summary>
    public static Field25519? Read(ReadOnlySpan<byte> bytes)
    {
        var read = new Field25519(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..])
        );
        return read.IsBelowPrime ? read : null;
    }

    public void Write(Span<byte> bytes)
    {
        var least = Least();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, least._a);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], least._b);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], least._c);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], least._d);
    }

    public bool IsOdd => (Least()._a & 1) == 1;

    public bool IsZero => Least() is { _a: 0, _b: 0, _c: 0, _d: 0 };

    public static Field25519 operator +(Field25519 x, Field25519 y)
    {
        var sum = (UInt128)x._a + y._a;
        var a = (ulong)sum;
        sum = (sum >> 64) + x._b + y._b;
        var b = (ulong)sum;
        sum = (sum >> 64) + x._c + y._c;
        var c = (ulong)sum;
        sum = (sum >> 64) + x._d + y._d;
        return Folded(a, b, c, (ulong)sum, (ulong)(sum >> 64));
    }

    public static Field25519 operator -(Field25519 x, Field25519 y) => x + y.Negated();

    public static Field25519 operator *(Field25519 x, Field25519 y)
    {
        ReadOnlySpan<ulong> left = [x._a, x._b, x._c, x._d], right = [y._a, y._b, y._c, y._d];
        Span<ulong> product = stackalloc ulong[8];
        product.Clear();
        for (var i = 0; i < 4; i++)
        {
            ulong carry = 0;
            for (var j = 0; j < 4; j++)
            {
                var part = ((UInt128)left[i] * right[j]) + product[i + j] + carry;
                (product[i + j], carry) = ((ulong)part, (ulong)(part >> 64));
            }
            product[i + 4] = carry;
        }
        ulong over = 0;
        for (var i = 0; i < 4; i++)
        {
            var part = ((UInt128)product[i + 4] * Fold) + product[i] + over;
            (product[i], over) = ((ulong)part, (ulong)(part >> 64));
        }
        return Folded(product[0], product[1], product[2], product[3], over);
    }

    /// <summary>To the power of 2^bits - less.</summary>
    public Field25519 Power(int bits, int less)
    {
        // The exponent's bits are ones, but for the few lowest, from which it is taken.
        var low = (1 << 5) - less;
        var result = One;
        for (var i = bits - 1; i >= 0; i--)
        {
            result *= result;
            if (i >= 5 || ((low >> i) & 1) == 1) result *= this;
        }
        return result;
    }

    /// <summary>x to the power of p - 2; of zero it is zero.</summary>
    public Field25519 Inverse() => Power(255, 21);

    private Field25519 Negated()
    {
        var least = Least();
        if (least.IsZero) return Zero;
        return Subtract(Prime[0], Prime[1], Prime[2], Prime[3], least);
    }

    private bool IsBelowPrime =>
        _d != Prime[3] ? _d < Prime[3] : _c != Prime[2] || _b != Prime[1] || _a < Prime[0];

    private Field25519 Least()
    {
        var least = this;
        var prime = new Field25519(Prime[0], Prime[1], Prime[2], Prime[3]);
        while (!least.IsBelowPrime) least = Subtract(least._a, least._b, least._c, least._d, prime);
        return least;
    }

    // The first is not the smaller one.
    private static Field25519 Subtract(ulong a, ulong b, ulong c, ulong d, Field25519 y)
    {
        var borrow = a < y._a;
        var low = a - y._a;
        var (second, next) = Borrowed(b, y._b, borrow);
        var (third, last) = Borrowed(c, y._c, next);
        return new(low, second, third, d - y._d - (last ? 1UL : 0));
    }

    private static (ulong Value, bool Borrow) Borrowed(ulong x, ulong y, bool borrow)
    {
        var taken = (UInt128)y + (borrow ? 1UL : 0);
        return (unchecked(x - (ulong)taken), x < taken);
    }

    private static Field25519 Folded(ulong a, ulong b, ulong c, ulong d, ulong over)
    {
        while (over > 0)
        {
            var sum = ((UInt128)over * Fold) + a;
            a = (ulong)sum;
            sum = (sum >> 64) + b;
            b = (ulong)sum;
            sum = (sum >> 64) + c;
            c = (ulong)sum;
            sum = (sum >> 64) + d;
            (d, over) = ((ulong)sum, (ulong)(sum >> 64));
        }
        return new(a, b, c, d);
    }
}
