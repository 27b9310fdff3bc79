using System.Text.Encodings.Web;
using System.Text.Json;
using AiwgDaemon.Api.Schema;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Api;

/// <summary>The table as an OpenRPC document (spec.open-rpc.org); its schemas are of JSON Schema 2020-12.</summary>
internal static class OpenRpc
{
    // For people and programs, never embedded in HTML.
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The whole document in UTF-8, with a newline at its end.</summary>
    public static byte[] Write()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Readable)) Write(json);
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter json)
    {
        var schemas = new SchemaWriter(json, "#/components/schemas/");
        json.WriteStartObject();
        json.WriteString("openrpc"u8, "1.3.2"u8);
        json.WriteStartObject("info"u8);
        json.WriteString("title"u8, "aiwg-daemon"u8);
        json.WriteString("description"u8, "JSON-RPC 2.0 on the control socket .aiwg/daemon/daemon.sock, one document a line."u8);
        json.WriteString("version"u8, Product.Version);
        json.WriteEndObject();
        json.WriteStartArray("methods"u8);
        foreach (var operation in ApiTable.All) WriteMethod(json, schemas, operation);
        json.WriteEndArray();
        json.WriteStartObject("components"u8);
        json.WriteStartObject("schemas"u8);
        schemas.WriteNamed();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMethod(Utf8JsonWriter json, SchemaWriter schemas, Operation operation)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, operation.Name);
        json.WriteString("summary"u8, operation.Summary);
        json.WriteString("x-access"u8, AccessWords.Of(operation.Access));
        json.WriteString("paramStructure"u8, "by-name"u8);
        json.WriteStartArray("params"u8);
        foreach (var parameter in operation.Parameters())
        {
            json.WriteStartObject();
            json.WriteString("name"u8, parameter.Name);
            if (parameter.IsRequired) json.WriteBoolean("required"u8, true);
            json.WritePropertyName("schema"u8);
            schemas.Write(parameter.Schema);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("result"u8);
        json.WriteString("name"u8, "result"u8);
        json.WritePropertyName("schema"u8);
        schemas.Write(operation.Result());
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
