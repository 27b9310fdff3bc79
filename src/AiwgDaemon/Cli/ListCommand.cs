using System.CommandLine;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.Lifecycle;

namespace AiwgDaemon.Cli;

/// <summary><c>list</c>: the daemons of this user in all projects. The registry says where one may run, the lock of each project whether
/// one does.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var all = new Option<bool>("--all") { Description = "Also projects in which none runs now" };
        var utc = new Option<bool>("--utc") { Description = "Instants in ISO 8601 UTC instead of relative times" };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("list", "List the daemons of this user, whatever project they are in") { all, utc, json };
        command.SetAction(parsed =>
        {
            var now = DateTimeOffset.UtcNow;
            // That of this directory too: an earlier version did not note its project.
            var reports = KnownProjects
                .All()
                .Append(GlobalOptions.DirectoryOf(parsed).Project)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Where(Directory.Exists)
                .Select(project => Read(project, now))
                .Where(report => report.Liveness != Liveness.Stopped || (parsed.GetValue(all) && IsKnown(report)))
                .ToList();
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                output.WriteLine(Json(reports));
            else if (reports.Count == 0)
                output.WriteLine(
                    parsed.GetValue(all)
                        ? "No daemon of this user has run yet"
                        : "No daemon of this user runs; --all shows where one has run"
                );
            else
                output.Write(Text(reports, now, TextStyle.OfOutput(), parsed.GetValue(utc)));
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(
            command,
            "list",
            "list --all",
            "list --json | jq -r '.[] | select(.status == \"unhealthy\").project'"
        );
    }

    // One that nobody has ever started has nothing to be listed for.
    private static bool IsKnown(StatusReport report) => report.State is not null || report.Fault is not null;

    private static StatusReport Read(string project, DateTimeOffset now)
    {
        try
        {
            return StatusReport.Read(new ProjectPaths(project), now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new StatusReport { Project = project, Liveness = Liveness.Stopped, Fault = e.Message };
        }
    }

    private static string Text(List<StatusReport> reports, DateTimeOffset now, TextStyle style, bool utc)
    {
        var table = new TextTable("", false, true, true, false, false).WithTitles(style, "STATUS", "PID", "STARTED", "VERSION", "PROJECT");
        foreach (var report in reports)
        {
            table.AddPainted(
                0,
                status => StatusText.PaintStatus(status, style),
                report.Status,
                report.Pid > 0 ? $"{report.Pid}" : "",
                report.State is { Pid: > 0 } state ? ConsoleText.When(state.StartedAt, now, utc) : "",
                ConsoleText.Printable(report.State?.Version ?? ""),
                ConsoleText.Printable(report.Project)
            );
        }
        var text = new StringBuilder();
        table.WriteTo(text, style.Width);
        return text.ToString();
    }

    private static string Json(List<StatusReport> reports)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, EventJson.Format with { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var report in reports)
            {
                json.WriteStartObject();
                json.WriteString("project"u8, report.Project);
                json.WriteString("status"u8, report.Status);
                json.WriteBoolean("running"u8, report.Liveness != Liveness.Stopped);
                if (report.Pid > 0) json.WriteNumber("pid"u8, report.Pid);
                if (report.Fault is { } fault) json.WriteString("fault"u8, fault);
                if (report.State is { } state)
                {
                    json.WriteString("version"u8, state.Version);
                    json.WriteString("started_at"u8, ConsoleText.Iso(state.StartedAt));
                    json.WriteString("last_heartbeat"u8, ConsoleText.Iso(state.LastHeartbeat));
                    json.WriteString("config_path"u8, state.ConfigPath);
                    json.WriteNumber("issues"u8, state.Health.Issues.Count);
                    json.WriteNumber("active_actions"u8, state.ActiveActions.Count);
                    json.WriteNumber("queued_actions"u8, state.QueuedActions);
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
