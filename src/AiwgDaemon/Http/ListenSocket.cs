using System.Net;
using System.Net.Sockets;
using AiwgDaemon.Platform;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace AiwgDaemon.Http;

/// <summary>Opens the sockets that the server listens on.</summary>
internal static class ListenSocket
{
    // A proxy runs as another user. Who may connect is the directory's business, and on 127.0.0.1 every user of the machine may.
    private const UnixFileMode Everybody =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>A socket that listens there; an <see cref="IOException"/> with the cure if the address is not to be had.</summary>
    public static Socket Open(ListenAddress address)
    {
        try
        {
            return Open(address, address.EndPoint());
        }
        catch (SocketException e)
        {
            throw new IOException($"The webhook cannot listen on {address}: {e.Message}; {Cure(address, e.SocketErrorCode)}", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The webhook cannot listen on {address}: {e.Message}", e);
        }
    }

    /// <summary>Opens it for an instant, to see whether it can be done; null, or what is in the way.</summary>
    public static string? Fault(ListenAddress address)
    {
        try
        {
            Open(address).Dispose();
            return null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    private static Socket Open(ListenAddress address, EndPoint endpoint)
    {
        if (address.SocketPath is { } path) RemoveAbandoned(path, endpoint);
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        try
        {
            if (address.SocketPath is { } made && !OperatingSystem.IsWindows()) File.SetUnixFileMode(made, Everybody);
            socket.Listen(512);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // A daemon that was killed leaves its socket behind. Nobody listens there: only that proves it. What is no socket is somebody's file.
    private static void RemoveAbandoned(string path, EndPoint endpoint)
    {
        if (!File.Exists(path)) return;
        // On Linux the answer is the same if nobody can ever listen there.
        if (OperatingSystem.IsLinux() && !(FileStatus.TryGet(path, out var status) && status.IsSocket)) return;
        using var asking = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            asking.Connect(endpoint);
        }
        catch (SocketException e)
        {
            // Any other answer is one of who is there, and binding says so.
            if (e.SocketErrorCode == SocketError.ConnectionRefused) File.Delete(path);
        }
    }

    private static string Cure(ListenAddress address, SocketError error) =>
        (address.SocketPath, error) switch
        {
            (not null, SocketError.AddressAlreadyInUse) =>
                "something else is there or listens there; end or remove it, or write another path",
            (not null, _) => "the directory must be there and writable for the daemon; make it, or write another path",
            (_, SocketError.AccessDenied) =>
                "a port below 1024 needs the right to it (setcap cap_net_bind_service=+ep on the program), or write a webhook.port from "
                    + "1024 on",
            (_, SocketError.AddressNotAvailable) =>
                "no interface of this machine has that address; write one that it has as webhook.host, or 127.0.0.1",
            _ => "end what uses the port, or write another webhook.port",
        };
}
