using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Http;

/// <summary>
/// Tells whether a browser sent a request on behalf of another site's page: it may send to this machine what needs no preflight
/// (a form, an image, a fetch without CORS), and cannot be made to leave out or forge these two headers. Fetch Metadata
/// (https://www.w3.org/TR/fetch-metadata/) and, of browsers without it, RFC 6454. What is no browser sends neither.
/// </summary>
internal static class BrowserOrigin
{
    public static bool IsForeign(HttpRequest request, IReadOnlyList<string> allowedHosts)
    {
        // "none" is what a person does: the address bar, a bookmark.
        foreach (var site in request.Headers["Sec-Fetch-Site"])
            if (site is not ("same-origin" or "none")) return true;
        foreach (var origin in request.Headers.Origin)
            if (!IsOwn(origin, request.Host, allowedHosts)) return true;
        return false;
    }

    // The name that the request asks for was found to be one of ours before. A page on another port of this machine, and "null", are
    // foreign; "*" names nobody.
    private static bool IsOwn(string? origin, HostString host, IReadOnlyList<string> allowedHosts)
    {
        var at = origin?.IndexOf("://", StringComparison.Ordinal) ?? -1;
        if (at < 0) return false;
        var authority = origin!.AsSpan(at + 3);
        if (authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase)) return true;
        foreach (var allowed in allowedHosts)
            if (authority.Equals(allowed, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
