using System.Text.Json;
using System.Text.Unicode;
using System.Threading.Channels;
using AiwgDaemon.Bus;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>
/// Takes a request for an endpoint: refuses what can be refused before its body is read, verifies, publishes durably, and says
/// 202 with the event's id only when the event is on the disk.
/// </summary>
internal sealed class WebhookIntake(EventBus bus, WebhookAnswers answers, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan BusWait = TimeSpan.FromSeconds(5);

    private readonly Deliveries _deliveries = new();
    private readonly BodyReader _bodies = new(time);

    /// <summary>Deliveries that an earlier run took: their sender may not have got the answer, and sends them again.</summary>
    public void Recall(IEnumerable<DaemonEvent> events)
    {
        foreach (var @event in events)
        {
            if (Deliveries.KeyOf(@event) is { } key && _deliveries.Begin(key) == DeliveryState.New) _deliveries.End(key, accepted: true);
        }
    }

    /// <summary>Lets go of memory that is kept for the next burst.</summary>
    public void Trim() => _bodies.Trim();

    public async Task TakeAsync(HttpContext context, WebhookRoute route, WebhookOptions options)
    {
        var (request, maxBody) = (context.Request, options.MaxBodyKb * 1024);
        var kind = WebhookPayload.Kind(request);
        if (route.Endpoint.Signature == SignatureScheme.None && BrowserOrigin.IsForeign(request, options.AllowedHosts))
            await answers.RefuseAsync(context, 403, "web pages of other origins may not send to an endpoint without signature");
        else if (!Signature.IsPlausible(route, request.Headers))
            await answers.RefuseAsync(context, 401, "the signature is missing or wrong");
        else if (request.ContentLength > maxBody)
            await answers.RefuseAsync(context, 413, WhyNotTaken(413));
        else if (kind == BodyKind.Unsupported)
            await answers.RefuseAsync(context, 415, "send JSON, a form or text, not compressed");
        else
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = maxBody;
            using var body = await _bodies.ReadAsync(request, maxBody);
            if (body.Refusal != 0) await answers.RefuseAsync(context, body.Refusal, WhyNotTaken(body.Refusal));
            else await VerifyAsync(context, route, kind, body);
        }
    }

    private static string WhyNotTaken(int status) => status switch
    {
        408 => "the body came too slowly",
        413 => "the body is larger than webhook.max_body_kb",
        503 => "too many bodies are coming at the same time; try again",
        _ => "the body did not come whole",
    };

    private async Task VerifyAsync(HttpContext context, WebhookRoute route, BodyKind kind, RequestBody pieces)
    {
        var (request, endpoint) = (context.Request, route.Endpoint);
        var now = time.GetUtcNow();
        if (!Signature.Verifies(route, request.Headers, pieces, now))
        {
            await answers.RefuseAsync(context, 401, "the signature is missing or wrong");
            return;
        }
        // Until the answer is written to its end: a sender whose connection is cut before cannot know that the event was taken.
        if (context.Features.Get<ConnectionLimit.Place>() is { } place) context.Response.RegisterForDispose(place.Publishes());
        var body = pieces.Joined();
        // The reader of JSON does not look into strings that it only copies.
        if (!Utf8.IsValid(body.Span))
        {
            await answers.RefuseAsync(context, 400, "the body is not UTF-8");
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
            await answers.RefuseAsync(context, 400, "the body is not what its content type says");
            return;
        }
        var key = delivery is null ? (UInt128?)null : Deliveries.Key(request.Method, endpoint.Path, delivery);
        switch (key is null ? DeliveryState.New : _deliveries.Begin(key.Value))
        {
            case DeliveryState.Accepted:
                await WebhookAnswers.WriteAsync(context, 200, "{\"duplicate\":true}");
                break;
            case DeliveryState.InProgress:
                await answers.UnavailableAsync(context, "the same delivery is being taken");
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
        if (accepted) await WebhookAnswers.WriteAsync(context, 202, $"{{\"id\":\"{@event.Id}\"}}");
        else await answers.UnavailableAsync(context, "the event could not be taken now");
    }
}
