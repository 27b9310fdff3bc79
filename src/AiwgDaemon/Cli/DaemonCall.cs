using System.Diagnostics;
using System.Text.Json;
using AiwgDaemon.Api;
using AiwgDaemon.Control;
using AiwgDaemon.Lifecycle;

namespace AiwgDaemon.Cli;

/// <summary>A command's connection to the live daemon; what goes wrong becomes the one line that the person sees.</summary>
internal sealed class DaemonCall : IDisposable
{
    private static readonly TimeSpan SocketLimit = TimeSpan.FromSeconds(2);

    private readonly ControlClient _client;

    private DaemonCall(ControlClient client) => _client = client;

    /// <summary>A <see cref="CommandException"/> as <see cref="NobodyListens"/> says if no daemon listens.</summary>
    public static DaemonCall Connect(ProjectPaths paths)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            if (TryConnect(paths) is { } call) return call;
            // It is just starting, or its socket was removed and comes back within an instant.
            if (RunningDaemon.Look(paths, TimeSpan.Zero) is null || Stopwatch.GetElapsedTime(since) > SocketLimit)
                throw NobodyListens(paths);
            Thread.Sleep(20);
        }
    }

    /// <summary>No daemon runs, with the exit code for that; or one does, whose socket somebody removed.</summary>
    public static CommandException NobodyListens(ProjectPaths paths) =>
        RunningDaemon.Look(paths, TimeSpan.Zero) is null
            ? new($"No daemon is running for {paths.Project}; start it with 'aiwg-daemon start'", ExitCodes.NotRunning)
            : new(
                $"A daemon runs for {paths.Project}, but nothing listens at {paths.Socket}; it is just starting or ending, or the socket "
                    + "was removed, which the next heartbeat makes anew: try again"
            );

    /// <summary>Null if no daemon listens.</summary>
    public static DaemonCall? TryConnect(ProjectPaths paths) =>
        ControlClient.TryConnect(paths.Socket) is { } client ? new DaemonCall(client) : null;

    /// <param name="method">Of the socket.</param>
    /// <param name="parameters">Writes them.</param>
    /// <param name="limit">How long the answer may take; null: the client's usual patience.</param>
    public JsonElement Call(string method, Action<Utf8JsonWriter>? parameters = null, TimeSpan? limit = null)
    {
        try
        {
            return _client.CallAsync(method, parameters, timeout: limit).GetAwaiter().GetResult();
        }
        catch (ApiException e)
        {
            var details = e.Details.Count == 0 ? "" : "\n" + string.Join('\n', e.Details.Select(ConsoleText.Printable));
            // It may repeat a name that somebody else chose.
            throw new CommandException(
                ConsoleText.Printable(e.Message) + details,
                e.Code == ApiError.InvalidConfiguration ? ExitCodes.InvalidConfiguration : ExitCodes.Failure
            );
        }
    }

    /// <summary>
    /// Each event from now on, until the daemon goes away or the token is cancelled: subscribed to on return, not when the first is
    /// asked for. What is no event, but says that some were missed, comes as it is.
    /// </summary>
    public IEnumerable<JsonElement> Events(string? source, string? type, CancellationToken token)
    {
        Call("event.subscribe", json =>
        {
            if (source is not null) json.WriteString("source"u8, source);
            if (type is not null) json.WriteString("type"u8, type);
        });
        return Listen(token);
    }

    public void Dispose() => _client.Dispose();

    private IEnumerable<JsonElement> Listen(CancellationToken token)
    {
        var notifications = _client.NotificationsAsync(token).GetAsyncEnumerator(CancellationToken.None);
        while (Next(notifications))
        {
            var parameters = notifications.Current.GetProperty("params"u8);
            yield return parameters.TryGetProperty("event"u8, out var @event) ? @event : parameters;
        }
    }

    private static bool Next(IAsyncEnumerator<JsonElement> notifications)
    {
        try
        {
            return notifications.MoveNextAsync().AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // Nobody wants them any more.
            return false;
        }
    }
}
