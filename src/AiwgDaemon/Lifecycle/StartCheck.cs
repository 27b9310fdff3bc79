using System.Net;
using System.Net.Sockets;
using AiwgDaemon.Config;
using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Webhook;
using AiwgDaemon.State;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// What would keep a daemon with this configuration from starting, asked while the one before still runs: a restart that cannot succeed
/// must not cost the daemon that is there.
/// </summary>
internal static class StartCheck
{
    /// <summary>The first obstacle with its cure; null if none is seen.</summary>
    public static string? Obstacle(ProjectPaths paths, DaemonConfiguration configuration) =>
        Files(paths) ?? Webhook(paths, configuration.Webhook.Below(paths.Project));

    private static string? Files(ProjectPaths paths)
    {
        string[] directories = [paths.Aiwg, paths.Daemon, paths.Events, paths.Actions];
        foreach (var directory in directories.Where(Directory.Exists))
            if (!WriteAccess.To(directory))
                return $"{directory} cannot be written; the daemon keeps its files there: mount it writable, or change its owner or mode";
        try
        {
            SecureFile.Open(paths.Log, SecureOpen.Append).Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The log cannot be written: {e.Message}";
        }
    }

    private static string? Webhook(ProjectPaths paths, WebhookOptions webhook)
    {
        if (!webhook.Enabled) return null;
        try
        {
            WebhookTable.Create(webhook);
            WebhookCertificate.Load(webhook);
            if (!IsOwn(paths, webhook)) SocketListener.Open(new IPEndPoint(WebhookTable.Address(webhook.Host), webhook.Port)).Dispose();
            return null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
        catch (SocketException e)
        {
            return $"The webhook cannot listen on {webhook.Host}:{webhook.Port}: {e.Message}; {Cure(e.SocketErrorCode)}";
        }
    }

    // The port of the daemon that is about to end is free by then. Another address of the same port may be held by anybody.
    private static bool IsOwn(ProjectPaths paths, WebhookOptions webhook)
    {
        if (!StateStore.TryRead(paths.State, out var state, out _) || state.Monitors.Webhook is not { Enabled: true } held) return false;
        if (held.Port != webhook.Port) return false;
        return held.Host == webhook.Host || IsAny(held.Host) || IsAny(webhook.Host);
    }

    private static bool IsAny(string? host) => host is "*" or "0.0.0.0" or "::";

    private static string Cure(SocketError error) =>
        error switch
        {
            SocketError.AccessDenied =>
                "a port below 1024 needs the right to it (setcap cap_net_bind_service=+ep on the program), or write a webhook.port from "
                    + "1024 on",
            SocketError.AddressNotAvailable =>
                "no interface of this machine has that address; write one that it has as webhook.host, or 127.0.0.1",
            _ => "end what uses the port, or write another webhook.port",
        };
}
