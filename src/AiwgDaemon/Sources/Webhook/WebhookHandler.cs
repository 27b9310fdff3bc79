using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Unicode;
using System.Threading.Channels;
using AiwgDaemon.Bus;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>
/// Answers one request: refuses what can be refused before its body is read, verifies, publishes durably, and says 202
/// with the event's id only when the event is on the disk.
/// </summary>
internal sealed class WebhookHandler(EventBus bus, Func<WebhookHealth> health, Action<TextWriter> metrics, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan BusWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly Deliveries _deliveries = new();
    private readonly AddressLimit _limit = new(time);
    private readonly BodyReader _bodies = new(time);
    private long _received;
    private long _rejected;
    private long _logged = long.MinValue;

    public WebhookTable Table { get; set => Volatile.Write(ref field, value); } = WebhookTable.Empty;

    public long Received => Interlocked.Read(ref _received);

    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Deliveries that an earlier run took: their sender may not have got the answer, and sends them again.</summary>
    public void Recall(IEnumerable<DaemonEvent> events)
    {
        foreach (var @event in events)
        {
            if (KeyOf(@event) is { } key && _deliveries.Begin(key) == DeliveryState.New) _deliveries.End(key, accepted: true);
        }
    }

    private static UInt128? KeyOf(DaemonEvent @event)
    {
        try
        {
            var payload = @event.PayloadJson;
            return payload.TryGetProperty("delivery_id"u8, out var id) && id.GetString() is { } text
                && payload.TryGetProperty("method"u8, out var method) && payload.TryGetProperty("endpoint"u8, out var endpoint)
                    ? Deliveries.Key(method.GetString() ?? "", endpoint.GetString() ?? "", text)
                    : null;
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException)
        {
            // A damaged line that is still an event: its sender is not known.
            return null;
        }
    }

    /// <summary>Lets go of memory that is kept for the next burst.</summary>
    public void Trim() => _bodies.Trim();

    public Task HandleAsync(HttpContext context)
    {
        var (table, request) = (Table, context.Request);
        if (!table.Allows(request.Host.Host)) return RefuseAsync(context, 421, "this host name is not served; see webhook.allowed_hosts");
        var path = request.Path.Value ?? "/";
        var routes = table.Routes[path];
        if (path is "/health" or "/metrics" && !routes.Any()) return AnswerOperatorAsync(context, path, table.Options.PublicHealth);
        Interlocked.Increment(ref _received);
        if (!_limit.Admits(context.Connection.RemoteIpAddress, table.Options.RateLimitPerMinute))
        {
            context.Response.Headers.RetryAfter = "60";
            return RefuseAsync(context, 429, "too many requests");
        }
        if (!routes.Any()) return RefuseAsync(context, 404, "no such endpoint");
        if (routes.FirstOrDefault(r => string.Equals(r.Endpoint.Method, request.Method, StringComparison.OrdinalIgnoreCase)) is not { } route)
        {
            context.Response.Headers.Allow = string.Join(", ", routes.Select(r => r.Endpoint.Method));
            return RefuseAsync(context, 405, "the endpoint has another method");
        }
        return TakeAsync(context, route, table.Options);
    }

    private async Task TakeAsync(HttpContext context, WebhookRoute route, WebhookOptions options)
    {
        var (request, maxBody) = (context.Request, options.MaxBodyKb * 1024);
        var kind = WebhookPayload.Kind(request);
        if (route.Endpoint.Signature == SignatureScheme.None && BrowserOrigin.IsForeign(request, options.AllowedHosts))
            await RefuseAsync(context, 403, "web pages of other origins may not send to an endpoint without signature");
        else if (!Signature.IsPlausible(route, request.Headers))
            await RefuseAsync(context, 401, "the signature is missing or wrong");
        else if (request.ContentLength > maxBody)
            await RefuseAsync(context, 413, "the body is too large");
        else if (kind == BodyKind.Unsupported)
            await RefuseAsync(context, 415, "send JSON, a form or text, not compressed");
        else
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = maxBody;
            using var body = await _bodies.ReadAsync(request, maxBody);
            if (body.Refusal != 0) await RefuseAsync(context, body.Refusal, "the body was not taken");
            else await VerifyAsync(context, route, kind, body);
        }
    }

    private async Task VerifyAsync(HttpContext context, WebhookRoute route, BodyKind kind, RequestBody pieces)
    {
        var (request, endpoint) = (context.Request, route.Endpoint);
        var now = time.GetUtcNow();
        if (!Signature.Verifies(route, request.Headers, pieces, now))
        {
            await RefuseAsync(context, 401, "the signature is missing or wrong");
            return;
        }
        // Until the answer is written to its end: a sender whose connection is cut before cannot know that the event was taken.
        if (context.Features.Get<ConnectionLimit.Place>() is { } place) context.Response.RegisterForDispose(place.Publishes());
        var body = pieces.Joined();
        // The reader of JSON does not look into strings that it only copies.
        if (!Utf8.IsValid(body.Span))
        {
            await RefuseAsync(context, 400, "the body is not UTF-8");
            return;
        }
        var delivery = endpoint.Signature == SignatureScheme.Stripe ? WebhookPayload.StripeId(kind, body.Span) : Signature.DeliveryId(endpoint.Signature, request.Headers);
        DaemonEvent @event;
        try
        {
            @event = EventFactory.Create(now, EventSource.Webhook, "webhook.received", endpoint.Path, (request, endpoint, delivery, kind, body),
                static (writer, p) => WebhookPayload.Write(writer, p.request, p.endpoint.Path, p.delivery, p.kind, p.body));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            // The writer refuses text that is not Unicode with the last two.
            await RefuseAsync(context, 400, "the body is not what its content type says");
            return;
        }
        var key = delivery is null ? (UInt128?)null : Deliveries.Key(request.Method, endpoint.Path, delivery);
        switch (key is null ? DeliveryState.New : _deliveries.Begin(key.Value))
        {
            case DeliveryState.Accepted:
                await WriteAsync(context, 200, "{\"duplicate\":true}");
                break;
            case DeliveryState.InProgress:
                await UnavailableAsync(context, "the same delivery is being taken");
                break;
            default:
                await PublishAsync(context, @event, key);
                break;
        }
    }

    private async Task PublishAsync(HttpContext context, DaemonEvent @event, UInt128? key)
    {
        var accepted = false;
        try
        {
            using var wait = new CancellationTokenSource(BusWait, time);
            await bus.PublishDurablyAsync(@event, wait.Token);
            accepted = true;
        }
        catch (IOException e)
        {
            WebhookLog.NotDurable(logger, e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            // Full for too long, or the daemon is stopping: the sender learns it from the 503 below.
        }
        finally
        {
            if (key is not null) _deliveries.End(key.Value, accepted);
        }
        if (accepted) await WriteAsync(context, 202, $"{{\"id\":\"{@event.Id}\"}}");
        else await UnavailableAsync(context, "the event could not be taken now");
    }

    private Task AnswerOperatorAsync(HttpContext context, string path, bool isPublic)
    {
        // What a proxy on this machine forwards is not local.
        var isLocal = context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded");
        if (!isLocal && !isPublic) return RefuseAsync(context, 404, "no such endpoint");
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET";
            return RefuseAsync(context, 405, "the endpoint has another method");
        }
        if (path == "/metrics") return WriteAsync(context, 200, Metrics(), "text/plain; version=0.0.4; charset=utf-8");
        var report = health();
        return WriteAsync(context, report.IsUsable ? 200 : 503, System.Text.Encoding.UTF8.GetString(report.Document.Span));
    }

    private string Metrics()
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        metrics(text);
        text.Write("# HELP aiwg_daemon_webhook_requests_total Webhook requests received.\n# TYPE aiwg_daemon_webhook_requests_total counter\n");
        text.Write($"aiwg_daemon_webhook_requests_total {Received}\n");
        text.Write("# HELP aiwg_daemon_webhook_rejected_total Webhook requests refused.\n# TYPE aiwg_daemon_webhook_rejected_total counter\n");
        text.Write($"aiwg_daemon_webhook_rejected_total {Rejected}\n");
        return text.ToString();
    }

    private Task UnavailableAsync(HttpContext context, string reason)
    {
        context.Response.Headers.RetryAfter = "5";
        return RefuseAsync(context, 503, reason);
    }

    private Task RefuseAsync(HttpContext context, int status, string reason)
    {
        Interlocked.Increment(ref _rejected);
        var now = time.GetTimestamp();
        var last = Interlocked.Read(ref _logged);
        if ((last == long.MinValue || time.GetElapsedTime(last, now) > LogInterval) && Interlocked.CompareExchange(ref _logged, now, last) == last)
            WebhookLog.Refused(logger, status, reason, context.Request.Path.Value ?? "", context.Connection.RemoteIpAddress?.ToString() ?? "");
        // What was not read of the body is not worth reading.
        if (status is 401 or 403 or 408 or 413 or 415) context.Response.Headers.Connection = "close";
        return WriteAsync(context, status, $"{{\"error\":\"{reason}\"}}");
    }

    private static Task WriteAsync(HttpContext context, int status, string text, string type = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text);
    }
}
