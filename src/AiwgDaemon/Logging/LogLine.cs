using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Logging;

/// <summary>
/// One event as one line of UTF-8, newline included; text and JSON, file and console share it. Control characters, line
/// separators and marks that change the direction of text are escaped as in JSON, so that no name or payload can
/// forge a line or steer a terminal.
/// </summary>
internal static class LogLine
{
    [ThreadStatic] private static Utf8JsonWriter? _json;

    public static void Write(
        ArrayBufferWriter<byte> output, LogFormat format, DateTimeOffset time, LogLevel level, string category,
        IReadOnlyList<KeyValuePair<string, object?>>? values, string message, Exception? exception)
    {
        if (format == LogFormat.Json) WriteJson(output, time, level, category, values, message, exception);
        else WriteText(output, time, level, category, message, exception);
    }

    /// <summary>The words of the contract: debug, info, warn, error.</summary>
    public static ReadOnlySpan<byte> WordOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug"u8,
        LogLevel.Information => "info"u8,
        LogLevel.Warning => "warn"u8,
        _ => "error"u8,
    };

    private static void WriteText(
        ArrayBufferWriter<byte> output, DateTimeOffset time, LogLevel level, string category, string message, Exception? exception)
    {
        WriteHead(output, time, WordOf(level));
        WriteEscaped(output, category);
        output.Write(": "u8);
        WriteEscaped(output, message);
        if (exception is not null)
        {
            output.Write(": "u8);
            WriteEscaped(output, exception.ToString());
        }
        output.Write("\n"u8);
    }

    private static void WriteJson(
        ArrayBufferWriter<byte> output, DateTimeOffset time, LogLevel level, string category,
        IReadOnlyList<KeyValuePair<string, object?>>? values, string message, Exception? exception)
    {
        var json = _json ??= new Utf8JsonWriter(Stream.Null);
        json.Reset(output);
        Span<byte> stamp = stackalloc byte[24];
        Format(time, stamp);
        json.WriteStartObject();
        json.WriteString("timestamp"u8, stamp);
        json.WriteString("level"u8, WordOf(level));
        json.WriteString("category"u8, category);
        json.WriteString("message"u8, message);
        if (values is not null) WriteValues(json, values);
        if (exception is not null) json.WriteString("exception"u8, exception.ToString());
        json.WriteEndObject();
        json.Flush();
        // The pooled writer must not keep the caller's buffer.
        json.Reset(Stream.Null);
        output.Write("\n"u8);
    }

    private static void WriteValues(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            var (name, value) = values[i];
            if (name is "{OriginalFormat}" or "timestamp" or "level" or "category" or "message" or "exception") continue;
            json.WritePropertyName(name);
            WriteValue(json, value);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            case IFormattable formattable: json.WriteStringValue(formattable.ToString(null, CultureInfo.InvariantCulture)); break;
            default: json.WriteStringValue(value.ToString()); break;
        }
    }

    // [time] level, in one piece: each call of the buffer costs as much as the copy.
    private static void WriteHead(ArrayBufferWriter<byte> output, DateTimeOffset time, ReadOnlySpan<byte> level)
    {
        var head = output.GetSpan(28 + level.Length);
        head[0] = (byte)'[';
        Format(time, head[1..25]);
        "] "u8.CopyTo(head[25..]);
        level.CopyTo(head[27..]);
        head[27 + level.Length] = (byte)' ';
        output.Advance(28 + level.Length);
    }

    // The round-trip form has seven digits of a second, and a fast path in the library, which a pattern has not.
    private static void Format(DateTimeOffset time, Span<byte> stamp)
    {
        Span<byte> full = stackalloc byte[28];
        Utf8Formatter.TryFormat(time.UtcDateTime, full, out _, 'O');
        full[..23].CopyTo(stamp);
        stamp[23] = (byte)'Z';
    }

    private static void WriteEscaped(ArrayBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAnyExceptInRange(' ', '~');
            if (plain < 0) plain = text.Length;
            output.Advance(Encoding.UTF8.GetBytes(text[..plain], output.GetSpan(plain)));
            text = text[plain..];
            if (text.IsEmpty) return;
            var complete = Rune.DecodeFromUtf16(text, out var rune, out var used) == OperationStatus.Done;
            var span = output.GetSpan(8);
            output.Advance(complete ? WriteRune(span, rune) : WriteLoneSurrogate(span, text[0]));
            text = text[used..];
        }
    }

    private static int WriteRune(Span<byte> span, Rune rune)
    {
        var escape = rune.Value switch { '\n' => (byte)'n', '\r' => (byte)'r', '\t' => (byte)'t', _ => (byte)0 };
        if (escape != 0)
        {
            span[0] = (byte)'\\';
            span[1] = escape;
            return 2;
        }
        return NeedsEscape(rune.Value) ? WriteHex(span, "\\u"u8, rune.Value, "x4") : rune.EncodeToUtf8(span);
    }

    private static bool NeedsEscape(int value) =>
        value
            is < 0x20
                or (>= 0x7f and < 0xa0)
                or 0x2028
                or 0x2029
                or 0x200e
                or 0x200f
                or (>= 0x202a and <= 0x202e)
                or (>= 0x2066 and <= 0x2069);

    // U+DC80 ... U+DCFF stands for a byte of a file name that is not UTF-8.
    private static int WriteLoneSurrogate(Span<byte> span, char value) =>
        value is >= '\udc80' and <= '\udcff'
            ? WriteHex(span, "\\x"u8, value - 0xdc00, "x2")
            : Rune.ReplacementChar.EncodeToUtf8(span);

    private static int WriteHex(Span<byte> span, ReadOnlySpan<byte> prefix, int value, string format)
    {
        prefix.CopyTo(span);
        value.TryFormat(span[prefix.Length..], out var digits, format, CultureInfo.InvariantCulture);
        return prefix.Length + digits;
    }
}
