using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using AiwgDaemon.Api;

namespace AiwgDaemon.Control;

/// <summary>
/// JSON-RPC 2.0 (jsonrpc.org/specification): one message in, its answer out, which is empty for notifications. Ids come back as
/// they were written, whatever their size. No message makes it throw but the cancellation of the connection.
/// </summary>
internal sealed class ControlRpc(DaemonApi api)
{
    public const int MaxBatch = 100;

    private static readonly JsonWriterOptions Output = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>An answer to something that has no usable id.</summary>
    public static ReadOnlyMemory<byte> Refusal(int code, string message)
    {
        var output = new ArrayBufferWriter<byte>(256);
        WriteError(output, "null"u8, new ApiException(code, message));
        output.Write("\n"u8);
        return output.WrittenMemory;
    }

    /// <summary>The answer with its newline; empty if there is none.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(ReadOnlyMemory<byte> message, ApiSession session, CancellationToken token)
    {
        if (!Utf8.IsValid(message.Span)) return Refusal(ApiError.ParseError, "Parse error: the message is not UTF-8");
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(message);
        }
        catch (JsonException e)
        {
            return Refusal(ApiError.ParseError, $"Parse error: no JSON document at byte {e.BytePositionInLine} of the message");
        }
        using (document)
        {
            var output = new ArrayBufferWriter<byte>(1024);
            if (document.RootElement.ValueKind == JsonValueKind.Array) await AnswerBatchAsync(document.RootElement, output, session, token);
            else await AnswerOneAsync(document.RootElement, output, session, token);
            if (output.WrittenCount > 0) output.Write("\n"u8);
            return output.WrittenMemory;
        }
    }

    private async ValueTask AnswerBatchAsync(
        JsonElement batch,
        ArrayBufferWriter<byte> output,
        ApiSession session,
        CancellationToken token
    )
    {
        var length = batch.GetArrayLength();
        if (length is 0 or > MaxBatch)
        {
            WriteError(output, "null"u8, new ApiException(ApiError.InvalidRequest, length == 0
                ? "Invalid request: the batch is empty" : $"Invalid request: the batch has {length} calls, at most {MaxBatch} are taken"));
            return;
        }
        var any = false;
        var one = new ArrayBufferWriter<byte>(1024);
        foreach (var call in batch.EnumerateArray())
        {
            one.ResetWrittenCount();
            await AnswerOneAsync(call, one, session, token);
            if (one.WrittenCount == 0) continue;
            output.Write(any ? ","u8 : "["u8);
            output.Write(one.WrittenSpan);
            any = true;
        }
        if (any) output.Write("]"u8);
    }

    private async ValueTask AnswerOneAsync(
        JsonElement call,
        ArrayBufferWriter<byte> output,
        ApiSession session,
        CancellationToken token
    )
    {
        byte[]? id = null;
        ApiException? error;
        try
        {
            var method = Check(call, out id, out var parameters);
            var result = new ArrayBufferWriter<byte>(512);
            using (var writer = new Utf8JsonWriter(result, Output))
                await api.InvokeAsync(method, parameters, writer, session, token);
            if (id is not null) WriteResult(output, id, result.WrittenSpan);
            return;
        }
        catch (ApiException e)
        {
            error = e;
        }
        // A notification gets no answer, not even an error; what is no request at all gets one with a null id.
        if (id is not null || error.Code == ApiError.InvalidRequest) WriteError(output, id ?? "null"u8.ToArray(), error);
    }

    private static string Check(JsonElement call, out byte[]? id, out Arguments parameters)
    {
        (id, parameters) = (null, default);
        try
        {
            return CheckMembers(call, ref id, ref parameters);
        }
        catch (InvalidOperationException)
        {
            // An escape of half a surrogate pair, in the method or in the name of a member.
            throw Invalid("its names or its method are no valid text");
        }
    }

    // The id comes first: an error of a request that has one must carry it.
    private static string CheckMembers(JsonElement call, ref byte[]? id, ref Arguments parameters)
    {
        if (call.ValueKind != JsonValueKind.Object) throw Invalid("a call is an object");
        if (call.TryGetProperty("id"u8, out var idValue))
        {
            if (idValue.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Null))
                throw Invalid("an id is a string, a number or null");
            id = JsonMarshal.GetRawUtf8Value(idValue).ToArray();
        }
        if (
            !call.TryGetProperty("jsonrpc"u8, out var version)
            || version.ValueKind != JsonValueKind.String
            || !version.ValueEquals("2.0"u8)
        )
            throw Invalid("\"jsonrpc\" must be \"2.0\"");
        if (!call.TryGetProperty("method"u8, out var method) || method.ValueKind != JsonValueKind.String)
            throw Invalid("\"method\" must be a string");
        if (call.TryGetProperty("params"u8, out var given))
        {
            if (given.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
                throw Invalid("\"params\" must be an object or an array");
            parameters = new Arguments(given);
        }
        return method.GetString()!;
    }

    private static ApiException Invalid(string why) => new(ApiError.InvalidRequest, $"Invalid request: {why}");

    private static void WriteResult(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> id, ReadOnlySpan<byte> result)
    {
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(id);
        output.Write(",\"result\":"u8);
        output.Write(result);
        output.Write("}"u8);
    }

    private static void WriteError(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> id, ApiException error)
    {
        using var writer = new Utf8JsonWriter(output, Output);
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writer.WritePropertyName("id"u8);
        writer.WriteRawValue(id, skipInputValidation: true);
        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, error.Code);
        writer.WriteString("message"u8, error.Message);
        if (error.Details.Count > 0)
        {
            writer.WriteStartArray("data"u8);
            foreach (var detail in error.Details) writer.WriteStringValue(detail);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
