using System.CommandLine;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Cli;

/// <summary><c>status</c>: one screen about the daemon, from the lock and state.json alone.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan RedrawEvery = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON document: state.json with status and running" };
        var watch = new Option<bool>("--watch", "-w") { Description = "Stay, and draw the screen again every second" };
        var utc = new Option<bool>("--utc") { Description = "Instants in ISO 8601 UTC instead of relative times" };
        var prometheus = new Option<bool>("--prometheus")
        {
            Description = "Print metrics for node_exporter's textfile collector (exit code 0, also if it is stopped)",
        };
        var command = new Command(
            "status",
            "Show whether the daemon runs, how it fares and what it does (exit code: 0 healthy or degraded, 1 unhealthy, 3 stopped)"
        )
        {
            json,
            watch,
            utc,
            prometheus,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(prometheus) && (result.GetValue(json) || result.GetValue(watch)))
                result.AddError("--prometheus stands alone: without --json and --watch");
        });
        command.SetAction(parsed =>
        {
            var paths = GlobalOptions.ProjectOf(parsed);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(watch))
                return Watch(paths, output, parsed.GetValue(json), parsed.GetValue(utc));
            var report = StatusReport.Read(paths, DateTimeOffset.UtcNow);
            if (parsed.GetValue(prometheus))
            {
                WriteMetrics(report, output);
                return ExitCodes.Success;
            }
            Write(report, output, parsed.GetValue(json), parsed.GetValue(utc), TextStyle.OfOutput());
            return report.ExitCode;
        });
        return HelpScreen.WithExamples(
            command,
            "status",
            "status --watch",
            "status --json | jq .health",
            "status --prometheus > metrics.prom",
            "status --project ~/site"
        );
    }

    // The label tells the files of several projects on one machine apart. A frozen daemon is not up.
    private static void WriteMetrics(StatusReport report, TextWriter output)
    {
        var to = new PrometheusText(output, ("project", report.Project));
        var isUp = report.Liveness is Liveness.Running or Liveness.Stopping && report.Fault is null;
        if (report.State is not { } state)
        {
            Metrics.WriteUp(to, isUp);
            return;
        }
        Metrics.Write(to, state, isUp);
        if (!state.Monitors.Webhook.Enabled)
            return;
        to.Counter("webhook_requests_total", "Webhook requests received.", state.Monitors.Webhook.RequestsReceived);
        to.Counter("webhook_rejected_total", "Webhook requests refused.", state.Monitors.Webhook.Rejected);
    }

    private static void Write(StatusReport report, TextWriter output, bool json, bool utc, TextStyle style)
    {
        if (!json)
        {
            output.Write(StatusText.Render(report, DateTimeOffset.UtcNow, style, utc));
            return;
        }
        using var buffer = new MemoryStream();
        report.WriteJson(buffer);
        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    // On a terminal the screen is drawn over itself; elsewhere a line is written whenever what it says has changed.
    private static int Watch(ProjectPaths paths, TextWriter output, bool json, bool utc)
    {
        var style = TextStyle.OfOutput();
        var last = "";
        var gone = OutputReader.Gone();
        if (style.Terminal && !json)
            output.Write("\e[2J");
        while (true)
        {
            var report = StatusReport.Read(paths, DateTimeOffset.UtcNow);
            if (style.Terminal && !json)
            {
                var screen = StatusText.Render(report, DateTimeOffset.UtcNow, TextStyle.OfOutput(), utc);
                output.Write(Frame(screen, TerminalStream.Size(1)?.Rows ?? int.MaxValue));
            }
            else if (json)
            {
                Write(report, output, json, utc, style);
            }
            else
            {
                var line = StatusText.OneLine(report);
                if (line != last)
                    output.WriteLine($"{ConsoleText.Iso(DateTimeOffset.UtcNow)} {line}");
                last = line;
            }
            output.Flush();
            if (gone.WaitHandle.WaitOne(RedrawEvery))
                return ExitCodes.Success;
        }
    }

    /// <summary>
    /// The screen drawn over the one before: what is longer than a line or than the terminal is cut off, which leaves each line in
    /// its place. Wrapping is off only within the frame, so that the terminal is as it was whenever the command is ended.
    /// </summary>
    public static string Frame(string screen, int rows)
    {
        var lines = screen.TrimEnd('\n').Split('\n');
        // The cursor rests on the last row.
        var shown = lines.Take(Math.Max(rows - 1, 1));
        return $"\e[?7l\e[H{string.Concat(shown.Select(line => line + "\e[K\n"))}\e[J\e[?7h";
    }
}
