using System.Security.Cryptography.X509Certificates;
using AiwgDaemon.Api.Files;
using AiwgDaemon.Http;

namespace AiwgDaemon.Lifecycle.Doctor;

/// <summary>Can the webhook be opened? Its certificate is read, and if no daemon runs that may have it, its addresses are bound for an
/// instant.</summary>
internal static class WebhookCheck
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    public static IEnumerable<Finding> Run(HttpOptions options, bool running, DateTimeOffset now)
    {
        if (!options.Enabled) yield break;
        var addresses = string.Join(", ", options.Listen);
        var verb = options.Listen.Count == 1 ? "is" : "are";
        if (Fault(options, running, now) is { } fault) yield return new("webhook", true, fault);
        else yield return new("webhook", false, running ? $"is for {addresses}" : $"{addresses} {verb} free");
    }

    private static string? Fault(HttpOptions options, bool running, DateTimeOffset now)
    {
        try
        {
            if (TlsCertificate.Load(options)?.Context.TargetCertificate is { } certificate && DatesFault(certificate, now) is { } fault)
                return $"the certificate {options.TlsCertificate} {fault}; put a renewed one in its place";
            return running ? null : options.Listen.Select(ListenSocket.Fault).FirstOrDefault(f => f is not null);
        }
        catch (IOException e)
        {
            return e.Message;
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
