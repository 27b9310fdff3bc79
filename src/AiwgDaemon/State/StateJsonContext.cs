using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AiwgDaemon.State;

/// <summary>
/// JSON of state.json and of action records: snake case, lower-case words, UTC to the millisecond. Without the generated writers,
/// whose tables of names cost a command that only reads more than they save a daemon that writes twice a minute.
/// </summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    Converters = [typeof(ActionStatusConverter), typeof(UtcTimeConverter)],
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DaemonState))]
[JsonSerializable(typeof(ActionRecord))]
[JsonSerializable(typeof(HealthState))]
internal sealed partial class StateJsonContext : JsonSerializerContext
{
    private static JsonSerializerOptions? _tolerant;

    /// <summary>For reading what an older or newer daemon wrote: no member is required.</summary>
    public static JsonTypeInfo<DaemonState> Tolerant => (JsonTypeInfo<DaemonState>)TolerantOptions.GetTypeInfo(typeof(DaemonState));

    /// <summary>As <see cref="Tolerant"/>, for one action.</summary>
    public static JsonTypeInfo<ActionRecord> TolerantAction =>
        (JsonTypeInfo<ActionRecord>)TolerantOptions.GetTypeInfo(typeof(ActionRecord));

    // Not a context of its own: a context made with these options would put itself in the resolver's place.
    private static JsonSerializerOptions TolerantOptions => _tolerant ??= new JsonSerializerOptions(Default.Options)
    {
        TypeInfoResolver = Default.WithAddedModifier(static type =>
        {
            if (type.Kind != JsonTypeInfoKind.Object) return;
            foreach (var property in type.Properties) property.IsRequired = false;
        }),
    };
}
