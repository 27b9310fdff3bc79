using System.Net;
using System.Net.Sockets;

namespace AiwgDaemon.Http;

/// <summary>Where the server listens: an address of this machine and a port, or a Unix socket.</summary>
/// <param name="Host">An IP address, <c>localhost</c>, <c>*</c> for all, or <c>unix:</c> and a path.</param>
/// <param name="Port">0: a free one. Without a meaning for a Unix socket.</param>
internal sealed record ListenAddress(string Host, int Port)
{
    /// <summary>What stands before the path of a Unix socket.</summary>
    public const string UnixPrefix = "unix:";

    /// <summary>The path of a Unix socket; null: an address and a port.</summary>
    public string? SocketPath { get; } =
        Host.StartsWith(UnixPrefix, StringComparison.Ordinal) ? Host[UnixPrefix.Length..] : null;

    /// <summary>Nobody but this machine reaches it.</summary>
    public bool IsLocal => SocketPath is not null || IPAddress.IsLoopback(Address);

    /// <summary>An <see cref="IOException"/> if the configuration's text is no address.</summary>
    public IPAddress Address =>
        Host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" => IPAddress.Any,
            _ => IPAddress.TryParse(Host, out var address)
                ? address
                : throw new IOException(
                    $"webhook.host {Host} is not an address; write an IP address, localhost, or unix: and a path"
                ),
        };

    /// <summary>What <see cref="ToString"/> writes.</summary>
    public static ListenAddress Parse(string text)
    {
        var port = text.StartsWith(UnixPrefix, StringComparison.Ordinal) ? -1 : text.LastIndexOf(':');
        return port < 0 || !int.TryParse(text.AsSpan(port + 1), out var number)
            ? new ListenAddress(text, 0)
            : new ListenAddress(text[..port].Trim('[', ']'), number);
    }

    /// <summary>An <see cref="IOException"/> if it is none that the system can have.</summary>
    public EndPoint EndPoint()
    {
        if (SocketPath is null) return new IPEndPoint(Address, Port);
        try
        {
            return new UnixDomainSocketEndPoint(SocketPath);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new IOException(
                $"The path of the socket {SocketPath} is longer than the system takes (107 bytes); write a shorter one",
                e
            );
        }
    }

    /// <summary>With the path of a socket made absolute.</summary>
    public ListenAddress Below(string project) =>
        SocketPath is null ? this : new ListenAddress(UnixPrefix + Path.GetFullPath(SocketPath, project), 0);

    public override string ToString() => SocketPath is not null ? Host : Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
