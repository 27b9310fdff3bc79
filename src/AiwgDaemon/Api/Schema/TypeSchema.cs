using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AiwgDaemon.State;

namespace AiwgDaemon.Api.Schema;

/// <summary>
/// The schema of what is written by generated JSON code, read off the same description that the writer uses. Members that may be null
/// are left out when they are.
/// </summary>
internal static class TypeSchema
{
    public static JsonSchema Of(JsonTypeInfo info) => info.Kind switch
    {
        JsonTypeInfoKind.Object => StateSentences.AddTo(Object(info), info.Type),
        JsonTypeInfoKind.Enumerable => new() { Type = "array", Item = Of(info.Options.GetTypeInfo(info.ElementType!)) },
        JsonTypeInfoKind.Dictionary => new() { Type = "object", Item = Of(info.Options.GetTypeInfo(info.ElementType!)) },
        _ => Scalar(info.Type),
    };

    private static JsonSchema Object(JsonTypeInfo info) => new()
    {
        Type = "object",
        Name = info.Type.Name,
        Members = [.. info.Properties.Where(property => property.Get is not null).Select(property => MemberOf(property, info.Options))],
    };

    private static Member MemberOf(JsonPropertyInfo property, JsonSerializerOptions options) =>
        new(property.Name, Of(options.GetTypeInfo(property.PropertyType)), !property.IsGetNullable);

    private static JsonSchema Scalar(Type type)
    {
        var scalar = Nullable.GetUnderlyingType(type) ?? type;
        if (scalar == typeof(ActionStatus)) return new() { Type = "string", Words = ActionStatusConverter.Words };
        if (scalar == typeof(DateTimeOffset)) return new() { Type = "string", Format = "date-time" };
        if (scalar == typeof(Guid)) return new() { Type = "string", Format = "uuid" };
        if (scalar == typeof(bool)) return new() { Type = "boolean" };
        if (scalar == typeof(double)) return new() { Type = "number" };
        if (scalar == typeof(string)) return new() { Type = "string" };
        return scalar == typeof(int) || scalar == typeof(long)
            ? new() { Type = "integer" }
            : throw new NotSupportedException($"No schema is known for {type}");
    }
}
