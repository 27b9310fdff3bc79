using System.Net;
using System.Net.Sockets;
using AiwgDaemon.Sources.Webhook;

namespace AiwgDaemon.Lifecycle.Doctor;

/// <summary>Can the webhook be opened? Its certificate is read, and where no daemon runs that may have it, its address is bound for an instant.</summary>
internal static class WebhookCheck
{
    public static IEnumerable<Finding> Run(WebhookOptions webhook, bool running)
    {
        if (!webhook.Enabled) yield break;
        var address = $"{webhook.Host}:{webhook.Port}";
        if (Fault(webhook, running) is { } fault) yield return new("webhook", true, fault);
        else yield return new("webhook", false, running ? $"is for {address}" : $"{address} is free");
    }

    private static string? Fault(WebhookOptions webhook, bool running)
    {
        try
        {
            _ = WebhookCertificate.Load(webhook);
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
            return $"{webhook.Host}:{webhook.Port} cannot be listened on: {e.Message}; end what uses the port, or write another webhook.port";
        }
    }
}
