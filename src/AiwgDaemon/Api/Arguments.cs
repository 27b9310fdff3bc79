using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Api;

/// <summary>The named parameters of one call, read with errors that name the parameter.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Arguments(JsonElement? value)
{
    public string Text(string name) => OptionalText(name) ?? throw Invalid(name, "is required and must be a string that is not empty");

    public string? OptionalText(string name)
    {
        if (Find(name) is not { } member) return null;
        try
        {
            if (member.ValueKind == JsonValueKind.String && member.GetString() is { Length: > 0 } text) return text;
        }
        catch (InvalidOperationException)
        {
            // An escape of half a surrogate pair: no string.
        }
        throw Invalid(name, "must be a string that is not empty");
    }

    /// <summary>A point in time in ISO 8601; null if it is missing.</summary>
    public DateTimeOffset? OptionalInstant(string name)
    {
        if (OptionalText(name) is not { } text) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw Invalid(name, "must be an instant in ISO 8601, for instance 2026-11-22T09:00:00Z");
    }

    public int Number(string name, int otherwise, int most)
    {
        if (Find(name) is not { } member) return otherwise;
        if (member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out var number) && number >= 0) return Math.Min(number, most);
        throw Invalid(name, "must be a whole number of 0 or more");
    }

    public bool Flag(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        _ => throw Invalid(name, "must be true or false"),
    };

    /// <summary>The payload of an event as it was sent, in UTF-8, copied; null if it is missing.</summary>
    public byte[]? Payload(string name)
    {
        if (Find(name) is not { } member) return null;
        var raw = JsonMarshal.GetRawUtf8Value(member).ToArray();
        return PayloadCheck.Fault(raw) is { } fault ? throw Invalid(name, fault) : raw;
    }

    private JsonElement? Find(string name) => value switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } members =>
            members.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null,
        // Positional parameters: none of the methods has any.
        { } positional when positional.GetArrayLength() == 0 => null,
        _ => throw new ApiException(ApiError.InvalidParams, "Parameters are given by name, in an object"),
    };

    private static ApiException Invalid(string name, string what) => new(ApiError.InvalidParams, $"The parameter '{name}' {what}");
}
