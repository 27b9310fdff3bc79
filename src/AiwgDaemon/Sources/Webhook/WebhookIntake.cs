using System.Text.Json;
using System.Threading.Channels;
using AiwgDaemon.Bus;
using AiwgDaemon.Http;
using AiwgDaemon.Sources.Webhook.Signing;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>
/// Takes a request for an endpoint: refuses what can be refused before its body is read, verifies, publishes durably, and says
/// 202 with the event's id only when the event is on the disk.
/// </summary>
internal sealed class WebhookIntake(EventBus bus, OutputOf outputOf, TimeProvider time, ILogger logger)
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

    /// <summary>Answers the request, or returns why it is refused.</summary>
    public async Task<Refusal?> TakeAsync(HttpContext context, WebhookRoute route, WebhookOptions options, Visitor visitor)
    {
        var (request, scheme, maxBody) = (context.Request, route.Endpoint.Signature, options.MaxBodyKb * 1024);
        if (!scheme.NeedsSecret && visitor.IsForeignPage) return Refusal.ForeignPage;
        if (!scheme.IsPlausible(route.Secrets, request.Headers)) return WebhookRefusal.Unsigned;
        if (request.ContentLength > maxBody) return WebhookRefusal.TooLarge;
        var (format, refusal) = BodyFormat.Of(request, route.Endpoint.Content);
        if (refusal is not null) return refusal;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = maxBody;
        using var body = await _bodies.ReadAsync(request, maxBody);
        return body.Refusal ?? await VerifyAsync(context, route, format, body, maxBody);
    }

    private async Task<Refusal?> VerifyAsync(HttpContext context, WebhookRoute route, BodyFormat format, RequestBody pieces, int maxBody)
    {
        var now = time.GetUtcNow();
        if (Verified(context.Request, route, format, pieces, maxBody, now) is not { } verified) return WebhookRefusal.Unsigned;
        // Until the answer is written to its end: a sender whose connection is cut before cannot know that the event was taken.
        if (context.Features.Get<ConnectionLimit.Place>() is { } place) context.Response.RegisterForDispose(place.Publishes());
        var whole = verified.Unpacked;
        Refusal? refusal = null;
        if (whole is null) whole = format.IsGzip ? BodyText.Unpack(pieces.Joined(), maxBody, out refusal) : pieces.Joined();
        if (whole is not { } bytes) return refusal;
        if (BodyText.Read(bytes, out refusal) is not { } body) return refusal;
        try
        {
            using var json = WebhookPayload.Parse(format.Kind, body, route.Endpoint.Signature);
            if (json is not null && route.Endpoint.Signature.Challenge?.Answer(json.RootElement, route.Secrets) is { } answer)
            {
                await HttpAnswers.WriteAsync(context, answer.Length == 0 ? 204 : 200, answer);
                return null;
            }
            var delivery = WebhookPayload.DeliveryId(json, route.Endpoint.Signature.DeliveryKey)
                ?? (
                    route.Endpoint.DeliveryHeader is { } own
                        ? context.Request.Headers[own] is [{ Length: > 0 } id]
                            ? id
                            : null
                        : route.Endpoint.Signature.DeliveryId(context.Request.Headers)
                )
                ?? verified.Signed;
            var @event = EventFactory.Create(
                now,
                EventSource.Webhook,
                EventTypes.WebhookReceived,
                route.Endpoint.Path,
                (context.Request, route.Endpoint, delivery, format.Kind, body, json),
                static (writer, p) => WebhookPayload.Write(writer, p.Request, p.Endpoint, p.delivery, p.Kind, p.body, p.json)
            );
            return await TakeOnceAsync(context, route.Endpoint, @event, delivery);
        }
        catch (BodyFault e)
        {
            return WebhookRefusal.OfBody(e.Message);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The writer refuses text that is not Unicode with these.
            return WebhookRefusal.OfBody("the request has text that is not Unicode");
        }
    }

    /// <summary>The signature is of the body as it came, of what it was packed from, or of the JSON in a form.</summary>
    private static (string? Signed, ReadOnlyMemory<byte>? Unpacked)? Verified(
        HttpRequest request, WebhookRoute route, BodyFormat format, RequestBody pieces, int maxBody, DateTimeOffset now)
    {
        var (scheme, tolerance) = (route.Endpoint.Signature, route.Endpoint.Tolerance);
        if (scheme.SignsFormPayload && format.Kind == BodyKind.Form)
        {
            return
                !format.IsGzip
                && WebhookForm.Payload(pieces.Joined().Span) is { } payload
                && scheme.Verifies(route.Secrets, request.Headers, new BodyBytes(payload), now, tolerance, out var signedForm)
                ? (signedForm, null)
                : null;
        }
        if (scheme.Verifies(route.Secrets, request.Headers, pieces, now, tolerance, out var signed)) return (signed, null);
        if (format.IsGzip && BodyText.Unpack(pieces.Joined(), maxBody, out _) is { } plain
            && scheme.Verifies(route.Secrets, request.Headers, new BodyBytes(plain), now, tolerance, out signed)) return (signed, plain);
        return null;
    }

    private async Task<Refusal?> TakeOnceAsync(HttpContext context, WebhookEndpoint endpoint, DaemonEvent @event, string? delivery)
    {
        var key = delivery is null ? (UInt128?)null : Deliveries.Key(endpoint.Method, endpoint.Path, delivery);
        switch (key is null ? DeliveryState.New : _deliveries.Begin(key.Value))
        {
            case DeliveryState.Accepted:
                await HttpAnswers.WriteAsync(context, 200, "{\"duplicate\":true}");
                return null;
            case DeliveryState.InProgress:
                return WebhookRefusal.InProgress;
            default:
                return await PublishAsync(context, endpoint, @event, key);
        }
    }

    private async Task<Refusal?> PublishAsync(HttpContext context, WebhookEndpoint endpoint, DaemonEvent @event, UInt128? key)
    {
        var accepted = false;
        // Before it is published: its run may end at once.
        var output = endpoint.OutputWait is { } bound ? outputOf(@event.Id, bound, context.RequestAborted) : null;
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
        if (!accepted) return WebhookRefusal.NotTaken;
        var answer = output is null ? endpoint.Answer : await OutputAsync(context, output);
        if (answer is not null) await HttpAnswers.WriteAsync(context, answer.Status, answer.Body, answer.ContentType);
        else await HttpAnswers.WriteAsync(context, 202, $"{{\"id\":\"{@event.Id}\"}}");
        return null;
    }

    // Success whatever the run made of it: the event was taken, and a sender that is told of a failure sends it again.
    private static async Task<WebhookAnswer?> OutputAsync(HttpContext context, Task<RunOutput?> output)
    {
        if (context.Features.Get<ConnectionLimit.Place>() is { } place && !place.StandsAside()) return null;
        if (await output is not { } run) return null;
        context.Response.Headers["Aiwg-Run"] = run.RunId;
        context.Response.Headers["Aiwg-Run-Status"] = run.Status;
        return new WebhookAnswer(200, run.Text);
    }
}
