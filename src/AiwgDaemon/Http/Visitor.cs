using System.Net;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Http;

/// <summary>Whose request it is, and how much its address has failed in this minute.</summary>
internal sealed class Visitor(HttpContext context, HttpOptions options, FailureLimit failures)
{
    private readonly IPAddress? _address = ClientAddress.Of(context, options.TrustedProxies);

    /// <summary>The address as the log names it.</summary>
    public string Name => _address?.ToString() ?? TrustedProxies.UnixWord;

    /// <summary>Its address has had so many failures that it is told to wait, unless it proves who it is.</summary>
    public bool IsLimited { get; private set; }

    /// <summary>This request has been counted.</summary>
    public bool IsCounted { get; private set; }

    /// <summary>A browser sent it for a page of another site.</summary>
    public bool IsForeignPage => BrowserOrigin.IsForeign(context.Request, options.AllowedHosts);

    /// <summary>Looks at the count before the request is worked on: what others fail meanwhile is not its own.</summary>
    public Visitor Begin()
    {
        IsLimited = !failures.Admits(_address, options.RateLimitPerMinute);
        return this;
    }

    /// <summary>It has proved nothing.</summary>
    public void Count()
    {
        failures.Count(_address);
        IsCounted = true;
    }
}
