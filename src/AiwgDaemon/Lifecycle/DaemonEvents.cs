using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Lifecycle;

/// <summary>The daemon's own events, for rules that want to know of it: <c>daemon.started</c> and <c>daemon.reloaded</c>.</summary>
internal static class DaemonEvents
{
    public static DaemonEvent Started(DateTimeOffset now, string configuration) =>
        EventFactory.Create(now, EventSource.Daemon, EventTypes.DaemonStarted, "", configuration, static (json, path) =>
        {
            json.WriteStartObject();
            json.WriteNumber("pid"u8, Environment.ProcessId);
            json.WriteString("version"u8, Product.Version);
            json.WriteString("config_path"u8, path);
            json.WriteEndObject();
        });

    public static DaemonEvent Reloaded(DateTimeOffset now, IReadOnlyList<string> changes) =>
        EventFactory.Create(now, EventSource.Daemon, EventTypes.DaemonReloaded, "", changes, static (json, lines) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("changes"u8);
            foreach (var line in lines) json.WriteStringValue(line);
            json.WriteEndArray();
            json.WriteEndObject();
        });
}
