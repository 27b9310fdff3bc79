using System.Text.Json.Serialization;

namespace AiwgDaemon.State;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DaemonState))]
[JsonSerializable(typeof(ActionRecord))]
internal sealed partial class StateJsonContext : JsonSerializerContext;
