using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using AiwgDaemon.Sources.Webhook;

namespace AiwgDaemon.Lifecycle.Doctor;

/// <summary>Can the webhook be opened? Its certificate is read, and where no daemon runs that may have it, its address is bound for an
/// instant.</summary>
internal static class WebhookCheck
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    public static IEnumerable<Finding> Run(WebhookOptions webhook, bool running, DateTimeOffset now)
    {
        if (!webhook.Enabled) yield break;
        var address = $"{webhook.Host}:{webhook.Port}";
        if (Fault(webhook, running, now) is { } fault) yield return new("webhook", true, fault);
        else yield return new("webhook", false, running ? $"is for {address}" : $"{address} is free");
    }

    private static string? Fault(WebhookOptions webhook, bool running, DateTimeOffset now)
    {
        try
        {
            if (WebhookCertificate.Load(webhook)?.TargetCertificate is { } certificate && DatesFault(certificate, now) is { } fault)
                return $"the certificate {webhook.TlsCertificate} {fault}; put a renewed one in its place and run 'aiwg-daemon reload'";
            if (running) return null;
            using var socket = SocketListener.Open(new IPEndPoint(WebhookTable.Address(webhook.Host), webhook.Port));
            return null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
        catch (SocketException e)
        {
            return $"{webhook.Host}:{webhook.Port} cannot be listened on: {e.Message}; end what uses the port, or write another "
                + "webhook.port";
        }
    }

    private static string? DatesFault(X509Certificate2 certificate, DateTimeOffset now)
    {
        var (from, until) = (
            new DateTimeOffset(certificate.NotBefore).ToUniversalTime(),
            new DateTimeOffset(certificate.NotAfter).ToUniversalTime()
        );
        return until < now ? $"expired on {until:yyyy-MM-dd}"
            : from > now ? $"is not valid before {from:yyyy-MM-dd}"
            : until < now + Soon ? $"expires on {until:yyyy-MM-dd}"
            : null;
    }
}
