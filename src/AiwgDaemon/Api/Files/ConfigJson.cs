using System.Text.Json;
using AiwgDaemon.Config;

namespace AiwgDaemon.Api.Files;

/// <summary>What is wrong with a configuration, and the doctor's findings, as documents: of the operations and of the commands.</summary>
internal static class ConfigJson
{
    public static void Write(Utf8JsonWriter writer, string file, ConfigResult result)
    {
        writer.WriteStartObject();
        writer.WriteString("file", file);
        writer.WriteBoolean("valid", result.Configuration is not null);
        Entries(writer, "errors", result.Errors);
        Entries(writer, "warnings", result.Warnings);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, IReadOnlyList<Finding> findings)
    {
        json.WriteStartObject();
        json.WriteBoolean("ok"u8, findings.All(f => !f.Attention));
        json.WriteStartArray("findings"u8);
        foreach (var (check, attention, message) in findings)
        {
            json.WriteStartObject();
            json.WriteString("check"u8, check);
            json.WriteBoolean("attention"u8, attention);
            json.WriteString("message"u8, message);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Entries(Utf8JsonWriter writer, string name, IReadOnlyList<ConfigError> entries)
    {
        writer.WriteStartArray(name);
        foreach (var entry in entries)
        {
            writer.WriteStartObject();
            writer.WriteNumber("line", entry.Line);
            writer.WriteNumber("column", entry.Column);
            writer.WriteString("key", entry.Key);
            writer.WriteString("message", entry.What);
            writer.WriteString("instead", entry.Instead);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
