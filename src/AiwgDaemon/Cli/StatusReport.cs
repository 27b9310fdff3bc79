using System.Text.Json;
using AiwgDaemon.Api;
using AiwgDaemon.Control;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;
using AiwgDaemon.State;

namespace AiwgDaemon.Cli;

/// <summary>What the lock says about the daemon.</summary>
internal enum Liveness
{
    Stopped,

    /// <summary>The lock is held, but state.json is not (yet) that daemon's.</summary>
    Starting,
    Running,

    /// <summary>Asked to stop: it lets its actions end.</summary>
    Stopping,

    /// <summary>Alive, but its heartbeat is older than three intervals.</summary>
    Frozen,
}

/// <summary>
/// All that <c>status</c> knows: read from the lock and state.json alone, so that it is quick and works whatever
/// state the daemon is in. Only if the daemon says that it cannot write state.json is it asked over the socket.
/// </summary>
internal sealed record StatusReport
{
    private static readonly TimeSpan FirstInstant = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(2);

    public required string Project { get; init; }

    public required Liveness Liveness { get; init; }

    /// <summary>Of the process that holds the lock; 0 if none does, or it has not yet said.</summary>
    public int Pid { get; init; }

    /// <summary>The last state that a daemon left; null if none has run, or it cannot be read.</summary>
    public DaemonState? State { get; init; }

    /// <summary>The file that <see cref="State"/> was read from.</summary>
    public string StatePath { get; init; } = "";

    /// <summary>What the daemon itself said over the socket, if state.json is not what it knows.</summary>
    public JsonElement? Document { get; init; }

    /// <summary>Why state.json cannot be used.</summary>
    public string? Fault { get; init; }

    /// <summary>healthy, degraded, unhealthy, starting, stopping or stopped.</summary>
    public string Status => Liveness switch
    {
        Liveness.Stopped => "stopped",
        Liveness.Starting => "starting",
        Liveness.Stopping => "stopping",
        Liveness.Frozen => "unhealthy",
        _ => State?.Health.Status ?? "unhealthy",
    };

    public int ExitCode => Status switch
    {
        "stopped" => ExitCodes.NotRunning,
        "unhealthy" => ExitCodes.Failure,
        _ => ExitCodes.Success,
    };

    public static StatusReport Read(ProjectPaths paths, DateTimeOffset now)
    {
        var holder = RunningDaemon.Look(paths, FirstInstant);
        var report = new StatusReport
        {
            Project = paths.Project,
            Pid = holder?.Pid ?? 0,
            Liveness = holder is null ? Liveness.Stopped : Liveness.Running,
        };
        if (holder is { Pid: > 0 } && InstanceLock.IsStateStale(paths.Lock))
            return report.Asked(paths, now);
        if (StateStore.TryRead(paths.State, out var state, out var fault))
            return report.With(state, paths, now) with { StatePath = paths.State };
        if (fault is not null)
            return report with { Fault = fault };
        return holder is null ? report : report with { Liveness = Liveness.Starting };
    }

    // The daemon says that it cannot write state.json: what the file holds is old, so the daemon itself is asked.
    private StatusReport Asked(ProjectPaths paths, DateTimeOffset now)
    {
        try
        {
            using var client = ControlClient.TryConnect(paths.Socket);
            if (client?.CallAsync("daemon.status", timeout: AskLimit).GetAwaiter().GetResult() is { } answer
                && answer.TryGetProperty("state"u8, out var element) && element.Deserialize(StateJsonContext.Tolerant) is { } state)
                return With(StateDefaults.Complete(state), paths, now) with { Document = element };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException or ApiException or JsonException)
        {
            return this with { Fault = $"{paths.State} cannot be written by the daemon, and it cannot be asked: {e.Message}" };
        }
        return this with { Fault = $"{paths.State} cannot be written by the daemon, and it does not answer at {paths.Socket}" };
    }

    private StatusReport With(DaemonState state, ProjectPaths paths, DateTimeOffset now)
    {
        var liveness = Liveness;
        if (liveness == Liveness.Running)
        {
            // In a container the daemon has a number of its own, which it wrote into both files.
            if (state.Pid != Pid && state.Pid != InstanceLock.PidWritten(paths.Lock)) liveness = Liveness.Starting;
            else if (!state.Running || state.Stopping) liveness = Liveness.Stopping;
            else if (HealthCheck.Of(state, processAlive: true, now).Reason is not null) liveness = Liveness.Frozen;
        }
        return this with { State = state, Liveness = liveness };
    }

    /// <summary>One document: the state as the daemon wrote it, with what only the lock can tell put before it.</summary>
    public void WriteJson(Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("status"u8, Status);
        json.WriteBoolean("running"u8, Liveness != Liveness.Stopped);
        json.WriteString("project"u8, Project);
        if (Fault is not null) json.WriteString("fault"u8, Fault);
        // Of the living daemon: the document may still be its predecessor's.
        if (Pid > 0) json.WriteNumber("pid"u8, Pid);
        if (Document is { } asked)
        {
            WriteState(json, asked);
        }
        else if (State is not null)
        {
            using var document = JsonDocument.Parse(SecureFile.ReadAll(StatePath));
            WriteState(json, document.RootElement);
        }
        json.WriteEndObject();
    }

    private void WriteState(Utf8JsonWriter json, JsonElement state)
    {
        foreach (var property in state.EnumerateObject())
            if (!property.NameEquals("running"u8) && !(Pid > 0 && property.NameEquals("pid"u8))) property.WriteTo(json);
    }
}
