using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AiwgDaemon.State;

/// <summary>A status as its name in lower case. The library's own converter for enumerations would link in flags, numbers and regular
/// expressions.</summary>
internal sealed class ActionStatusConverter : JsonConverter<ActionStatus>
{
    public static readonly string[] Words = Array.ConvertAll(Enum.GetNames<ActionStatus>(), name => name.ToLowerInvariant());

    public override ActionStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var word = reader.GetString();
        var status = Array.FindIndex(Words, known => string.Equals(known, word, StringComparison.OrdinalIgnoreCase));
        // A word of a newer version: how that action fares cannot be told, and the rest of the document can.
        return status >= 0 ? (ActionStatus)status : ActionStatus.Lost;
    }

    public override void Write(Utf8JsonWriter writer, ActionStatus value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Words[(int)value]);
}

/// <summary>An instant as <c>2026-11-22T09:00:00.123Z</c>; any offset is read.</summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset().ToUniversalTime();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[24];
        value.UtcDateTime.TryFormat(text, out var written, "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..written]);
    }
}
