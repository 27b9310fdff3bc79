using System.CommandLine;
using System.Text.Json;
using AiwgDaemon.Api.Files;
using AiwgDaemon.Lifecycle.Doctor;

namespace AiwgDaemon.Cli;

/// <summary><c>doctor</c>: checks what surrounds the daemon; exit code 1 if something needs attention.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var config = new Option<string?>("--config") { Description = "Configuration file (default: .aiwg/daemon.yaml)", HelpName = "FILE" };
        var command = new Command(
            "doctor",
            "Check configuration, files, permissions, inotify limits, disk, clock and PATH (exit code 1 where something needs attention)"
        )
        {
            json,
            config,
        };
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var findings = new EnvironmentCheck(GlobalOptions.DirectoryOf(parsed), parsed.GetValue(config), TimeProvider.System).Run();
            if (parsed.GetValue(json)) output.WriteLine(Json(findings));
            else Write(findings, output, TextStyle.OfOutput());
            return findings.Any(f => f.Attention) ? ExitCodes.Failure : ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "doctor", "doctor --json | jq '.findings[] | select(.attention)'");
    }

    private static void Write(IReadOnlyList<Finding> findings, TextWriter output, TextStyle style)
    {
        var column = findings.Max(f => f.Check.Length);
        foreach (var (check, attention, message) in findings)
        {
            var mark = attention ? style.Red("attention") : style.Green("ok       ");
            output.WriteLine($"{mark}  {check.PadRight(column)}  {ConsoleText.Printable(message)}");
        }
        var count = findings.Count(f => f.Attention);
        output.WriteLine(
            count == 0 ? "Nothing needs attention" : $"{ConsoleText.Count(count, "thing")} {(count == 1 ? "needs" : "need")} attention"
        );
    }

    private static string Json(IReadOnlyList<Finding> findings)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true })) ConfigJson.Write(json, findings);
        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
