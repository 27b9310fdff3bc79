using System.Text;
using AiwgDaemon.Platform;
using CsCheck;

namespace AiwgDaemon.Tests.Platform;

public sealed class NativePathTests
{
    [Fact]
    public void Any_bytes_survive_the_way_to_a_string_and_back() =>
        Gen.Byte.Array[0, 40].Sample(bytes => NativePath.ToBytes(NativePath.FromBytes(bytes)).AsSpan().SequenceEqual(bytes), iter: 20_000);

    [Fact]
    public void Valid_text_is_plain_UTF8() =>
        Gen.String.Select(Encoding.UTF8.GetBytes).Sample(bytes => NativePath.FromBytes(bytes) == Encoding.UTF8.GetString(bytes));

    [Fact]
    public void A_byte_that_is_no_UTF8_stands_as_a_lone_surrogate()
    {
        NativePath.FromBytes([(byte)'a', 0xff, (byte)'b']).ShouldBe("a\udcffb");
        NativePath.FromBytes([0xf0, 0x9f, 0x98, 0x80, 0x80]).ShouldBe("😀\udc80");
    }

    [Fact]
    public void A_surrogate_that_stands_for_no_byte_becomes_the_replacement_character() =>
        NativePath.ToBytes("a\ud800b\udc00").ShouldBe(Encoding.UTF8.GetBytes("a\ufffdb\ufffd"));
}
