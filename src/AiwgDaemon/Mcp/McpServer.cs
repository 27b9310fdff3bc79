using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Unicode;
using AiwgDaemon.Api;

namespace AiwgDaemon.Mcp;

/// <summary>
/// The Model Context Protocol on two streams: JSON-RPC 2.0, one message a line. Requests are answered beside each other, so that one can be
/// cancelled while it waits. Ends with its input. No message ends it.
/// </summary>
/// <param name="input">What the client sends.</param>
/// <param name="output">Carries the protocol and nothing else.</param>
/// <param name="makeMethods">Makes the methods, for a token that is cancelled at the end.</param>
internal sealed class McpServer(McpInput input, McpOutput output, Func<CancellationToken, McpMethods> makeMethods)
{
    // A client that sends more at a time has gone wrong.
    private const int MostUnderWay = 64;

    // How long requests get whose client has closed its end.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Request> _underWay = new(StringComparer.Ordinal);

    /// <summary>Returns when the client has gone.</summary>
    public void Run()
    {
        using var end = new CancellationTokenSource();
        var methods = makeMethods(end.Token);
        while (input.Next() is { } line)
            if (!line.Span.Trim(" \t\r"u8).IsEmpty) Take(methods, line.Span, end.Token);
        // Who pipes a request in still gets its answer; what waits for something is let go.
        Task.WaitAll([.. _underWay.Values.Select(request => request.Work)], Grace);
        end.Cancel();
        Task.WaitAll([.. _underWay.Values.Select(request => request.Work)], Grace);
    }

    private void Take(McpMethods methods, ReadOnlySpan<byte> line, CancellationToken end)
    {
        JsonElement id = default;
        try
        {
            var message = Parse(line);
            if (message.ValueKind != JsonValueKind.Object)
                throw new McpException(ApiError.InvalidRequest, "A message is an object; there are no batches in this version");
            if (message.TryGetProperty("id"u8, out var given))
            {
                if (given.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
                    throw new McpException(ApiError.InvalidRequest, "An id is a string or a number");
                id = given;
            }
            var method = McpJson.Text(message, "method");
            var isAnswer = method is null && (message.TryGetProperty("result"u8, out _) || message.TryGetProperty("error"u8, out _));
            // This server asks nothing of its client.
            if (isAnswer) return;
            if (McpJson.Text(message, "jsonrpc") != "2.0" || method is null)
                throw new McpException(ApiError.InvalidRequest, "A request has \"jsonrpc\": \"2.0\" and a method");
            var parameters = McpJson.Member(message, "params");
            if (id.ValueKind == JsonValueKind.Undefined) Notified(method, parameters);
            else Start(methods, id, method, parameters, end);
        }
        catch (McpException e)
        {
            output.Refuse(id, e.Code, e.Message);
        }
    }

    private static JsonElement Parse(ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line)) throw new McpException(ApiError.ParseError, "The message is not UTF-8");
        try
        {
            var reader = new Utf8JsonReader(line);
            var message = JsonElement.ParseValue(ref reader);
            return reader.Read() ? throw new McpException(ApiError.ParseError, "Something follows the message in its line") : message;
        }
        catch (JsonException e)
        {
            throw new McpException(ApiError.ParseError, $"The message is no JSON document: {e.Message}");
        }
    }

    private void Notified(string method, JsonElement parameters)
    {
        if (method != "notifications/cancelled") return;
        var id = McpJson.Member(parameters, "requestId");
        if (id.ValueKind != JsonValueKind.Undefined && _underWay.TryGetValue(id.GetRawText(), out var request)) request.Cancel();
    }

    private void Start(McpMethods methods, JsonElement id, string method, JsonElement parameters, CancellationToken end)
    {
        var key = id.GetRawText();
        if (_underWay.Count >= MostUnderWay)
            throw new McpException(ApiError.InvalidRequest, $"{MostUnderWay} requests are under way; wait for their answers");
        var request = new Request(CancellationTokenSource.CreateLinkedTokenSource(end));
        if (!_underWay.TryAdd(key, request))
        {
            request.Dispose();
            throw new McpException(ApiError.InvalidRequest, $"A request with the id {key} is under way");
        }
        request.Work = Task.Run(() => AnswerAsync(methods, request, key, id, method, parameters), CancellationToken.None);
        // In their order, so that a client that sends one behind the other is answered so; only what waits is answered beside others.
        if (!McpMethods.MayWait(method)) request.Work.GetAwaiter().GetResult();
    }

    private async Task AnswerAsync(
        McpMethods methods,
        Request request,
        string key,
        JsonElement id,
        string method,
        JsonElement parameters
    )
    {
        try
        {
            var result = await methods.CallAsync(method, parameters, request.Token);
            // Who has cancelled a request expects no answer.
            if (!request.Token.IsCancellationRequested) output.Answer(id, result);
        }
        catch (McpException e)
        {
            output.Refuse(id, e.Code, e.Message);
        }
        catch (Exception e) when (e is not (OperationCanceledException or Platform.OutputClosedException))
        {
            output.Refuse(id, ApiError.InternalError, $"Internal error: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            // As above.
        }
        finally
        {
            _underWay.TryRemove(key, out _);
            request.Dispose();
        }
    }

    private sealed class Request(CancellationTokenSource source) : IDisposable
    {
        private readonly Lock _gate = new();
        private bool _isOver;

        public CancellationToken Token { get; } = source.Token;

        public Task Work { get; set; } = Task.CompletedTask;

        public void Cancel()
        {
            lock (_gate) if (!_isOver) source.Cancel();
        }

        public void Dispose()
        {
            lock (_gate) _isOver = true;
            source.Dispose();
        }
    }
}
