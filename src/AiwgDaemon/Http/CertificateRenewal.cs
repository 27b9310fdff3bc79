using System.Net.Security;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Http;

/// <summary>
/// The certificate for the next handshake. Its files are looked at once a minute at most, when somebody connects: what renews it need not
/// tell the daemon, and an idle daemon is not woken for it. Thread-safe.
/// </summary>
/// <param name="report">Health: why a renewed one cannot be used, null when it can.</param>
internal sealed class CertificateRenewal(HttpOptions options, Action<string?> report, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private HttpOptions _options = options;
    private volatile TlsCertificate? _certificate = TlsCertificate.Load(options);
    private long _looked = time.GetTimestamp();

    /// <summary>Null: plain HTTP.</summary>
    public SslStreamCertificateContext? Current
    {
        get
        {
            var looked = Interlocked.Read(ref _looked);
            // One of those that come at the same time looks.
            if (_certificate is not null && time.GetElapsedTime(looked) >= Interval
                && Interlocked.CompareExchange(ref _looked, time.GetTimestamp(), looked) == looked) Look();
            return _certificate?.Context;
        }
    }

    /// <summary>Reads the files now; an <see cref="IOException"/> if they cannot be used.</summary>
    public void Renew(HttpOptions options)
    {
        _certificate = TlsCertificate.Load(options, _certificate);
        _options = options;
        report(null);
    }

    private void Look()
    {
        try
        {
            var found = TlsCertificate.Load(_options, _certificate);
            if (found != _certificate) HttpLog.Renewed(logger, _options.TlsCertificate!);
            _certificate = found;
            report(null);
        }
        catch (IOException e)
        {
            // Half of it is written, or the wrong key: the one that was read before goes on until the next look.
            report(e.Message);
        }
    }
}
