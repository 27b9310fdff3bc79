using System.Net;
using AiwgDaemon.Globs;
using AiwgDaemon.Http;
using AiwgDaemon.Rules;
using AiwgDaemon.Sources.Cron;
using AiwgDaemon.Sources.Cron.Zones;

namespace AiwgDaemon.Config.Description;

/// <summary>What text must be like to be an id, a pattern, a zone …: null if it is.</summary>
internal static class TextChecks
{
    public static Fault? Name(string value)
    {
        if (value.Length > 100) return new($"{Quoted.Text(value)} is longer than 100 characters");
        foreach (var c in value)
            if (
                !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or '/' or ':')
                || value.StartsWith(Rule.OfJob, StringComparison.Ordinal)
            )
                return new($"{Quoted.Text(value)} is not a name", "use letters, digits and - _ . / : only, and no job: at the start");
        return null;
    }

    public static Fault? Path(string value) => null;

    public static Fault? Extension(string value) =>
        value.Contains('*')
            ? new($"{Quoted.Text(value)} is a pattern, not an extension", $"write {Quoted.Text("." + value.TrimStart('*', '.'))}")
        : value.Contains('/') || value.Contains('\\')
            ? new($"{Quoted.Text(value)} is a path, not an extension", "write for instance \".ts\"")
        : !value.StartsWith('.') ? new($"{Quoted.Text(value)} does not start with a dot", $"write {Quoted.Text("." + value)}")
        : value.Length == 1 ? new("\".\" is only a dot", "write for instance \".ts\"")
        : null;

    public static Fault? PathPattern(string value)
    {
        if (value.StartsWith("./", StringComparison.Ordinal))
            return new(
                $"{Quoted.Text(value)} can never match: paths of events start at the project",
                $"write {Quoted.Text(value.TrimStart('.').TrimStart('/'))}"
            );
        if (value.Split('/').Contains(".."))
            return new(
                $"{Quoted.Text(value)} can never match: paths of events have no ..",
                "write it from the project down, or the absolute path for what is outside of the project"
            );
        return Pattern(value);
    }

    /// <summary>As in .gitignore: may start with ! and /.</summary>
    public static Fault? IgnorePattern(string value)
    {
        var pattern = value.StartsWith('!') ? value[1..] : value;
        pattern = pattern.TrimStart('/');
        return pattern.Length == 0 ? new($"{Quoted.Text(value)} is no pattern") : Pattern(pattern);
    }

    private static Fault? Pattern(string value) =>
        value.Contains('\\') && value.Split('\\').Length > 2 && !value.Contains('/')
            ? new($"{Quoted.Text(value)} has backslashes", $"write {Quoted.Text(value.Replace('\\', '/'))}")
            : Glob.TryParse(value, out _, out var error) ? null : new($"{Quoted.Text(value)} {error}");

    public static Fault? Cron(string value)
    {
        if (!CronExpression.TryParse(value, out var expression, out var error)) return new($"{Quoted.Text(value)}: {error}");
        return expression!.IsNever ? new($"{Quoted.Text(value)} never fires", "no date has all its fields") : null;
    }

    public static Fault? Zone(string value) =>
        ZoneNames.Check(value, ZoneFiles.System, Nearest.To) is { } wrong ? new($"{Quoted.Text(value)} {wrong.Wrong}", wrong.Cure) : null;

    public static Fault? Host(string value) =>
        value is "localhost" or "*" || IPAddress.TryParse(value, out _) ? null
        : value.StartsWith(ListenAddress.UnixPrefix, StringComparison.Ordinal)
            ? value.Length > ListenAddress.UnixPrefix.Length
                ? null
                : new("unix: has no path", "write for instance unix:/run/aiwg/hooks.sock")
        : value.Contains("://", StringComparison.Ordinal) ? new($"{Quoted.Text(value)} is a URL", "write the address only")
        : new($"{Quoted.Text(value)} is not an address of this machine", "write an IP address, localhost, * for all, or unix: and a path");

    /// <summary>An address or a network in CIDR notation.</summary>
    public static Fault? Network(string value) =>
        value == TrustedProxies.UnixWord || NetworkOf(value) is not null
            ? null
            : new(
                $"{Quoted.Text(value)} is not an address or a network",
                "write for instance 10.0.0.1 or 10.0.0.0/8 (with no bit set behind the prefix), or unix for those behind a Unix socket"
            );

    /// <summary>The network, of one address if the text is one; null if it is neither.</summary>
    public static IPNetwork? NetworkOf(string value) =>
        IPAddress.TryParse(value, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : IPNetwork.TryParse(value, out var network) ? network : null;

    /// <summary>A token of RFC 9110, section 5.6.2.</summary>
    public static Fault? Header(string value)
    {
        foreach (var c in value)
            if (!char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c))
                return new(
                    $"{Quoted.Text(value)} is not the name of a header",
                    c == ':' ? "write the name only, without its value" : "use letters, digits and - only"
                );
        return null;
    }

    /// <summary>A header of a request that is sent, with its value in the file.</summary>
    public static Fault? SentHeader(string value) =>
        value.ToLowerInvariant() is "authorization" or "proxy-authorization" or "cookie"
        || SecretWords.Matches(value)
        || value.EndsWith("-key", StringComparison.OrdinalIgnoreCase)
            ? new(
                $"{Quoted.Text(value)} holds a secret, which must not be in the file",
                $"write headers_env: {{{Quoted.Short(value)}: NAME}} with the name of an environment variable"
            )
            : HeaderName(value);

    /// <summary>A header of a request that is sent.</summary>
    public static Fault? HeaderName(string value) =>
        value.ToLowerInvariant()
            is "host"
                or "content-length"
                or "transfer-encoding"
                or "connection"
                or "expect"
                or "te"
                or "trailer"
                or "upgrade"
            ? new($"{Quoted.Text(value)} is set by the daemon", "leave it out")
            : Header(value);

    /// <summary>A header that may be kept in events, which anybody who reads the journal sees.</summary>
    public static Fault? KeptHeader(string value) =>
        value.ToLowerInvariant()
            is "authorization"
                or "proxy-authorization"
                or "cookie"
                or "x-webhook-token"
                or "x-gitlab-token"
                or "x-telegram-bot-api-secret-token"
            ? new($"{Quoted.Text(value)} holds a secret, and events are kept on the disk", "leave it out")
            : Header(value);

    /// <summary>What a sender signs.</summary>
    public static Fault? SignedText(string value) =>
        value.Split("{body}").Length != 2
            ? new($"{Quoted.Text(value)} has not exactly one {{body}}", "write for instance \"{timestamp}.{body}\"")
            : null;

    public static Fault? HostName(string value) =>
        Uri.CheckHostName(value) == UriHostNameType.Unknown
            ? new($"{Quoted.Text(value)} is not a host name", "write the name only, without scheme, port or path")
            : null;

    public static Fault? UrlPath(string value) =>
        !value.StartsWith('/') ? new($"{Quoted.Text(value)} does not start with /", $"write {Quoted.Text("/" + value)}")
        : value.AsSpan().IndexOfAny("?# \t") >= 0 ? new($"{Quoted.Text(value)} is more than a path", "leave out query, fragment and spaces")
        : value is "/health" or "/metrics" ? new($"{value} is the daemon's own", "choose another path")
        : null;

    public static Fault? Variable(string value)
    {
        if (value.StartsWith('$'))
            return new($"{Quoted.Text(value)} is a reference, not a name", $"write {Quoted.Text(value.TrimStart('$').Trim('{', '}'))}");
        foreach (var c in value)
            if (!char.IsAsciiLetterOrDigit(c) && c != '_' || char.IsAsciiDigit(value[0]))
                // Not quoted back: it may be the secret itself.
                return new(
                    "is not the name of an environment variable",
                    "use letters, digits and _ only; the value itself does not belong here"
                );
        return null;
    }

    public static Fault? PayloadPath(string value)
    {
        var plain = value
            .Replace("[*]", "", StringComparison.Ordinal)
            .Replace("[]", "", StringComparison.Ordinal)
            .Replace(".*.", ".", StringComparison.Ordinal);
        if (plain != value && Rules.PayloadPath.TryParse(plain, out _))
            return new(
                $"{Quoted.Text(value)} names the items of a list, which a path goes through by itself",
                $"write {Quoted.Text(plain)}"
            );
        if (!value.StartsWith("$.", StringComparison.Ordinal) && Rules.PayloadPath.TryParse(value, out _))
            return null;
        var instead =
            value.AsSpan().TrimStart('$').TrimStart('.') is { Length: > 0 } rest && Rules.PayloadPath.TryParse(rest.ToString(), out _)
                ? $"write {Quoted.Text(rest.ToString())}"
            : value.Contains('[') ? "write a key that has dots as labels[\"app.kubernetes.io/name\"], and an item of a list as commits[0]"
            : "write keys with dots between, for instance body.ref";
        return new($"{Quoted.Text(value)} is not a path into the payload", instead);
    }
}
