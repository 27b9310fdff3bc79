using System.Text;
using AiwgDaemon.Api.Files;
using AiwgDaemon.Api.Schema;
using AiwgDaemon.Config.Description;
using AiwgDaemon.Logging;
using AiwgDaemon.Sources.Cron;
using AiwgDaemon.Sources.Cron.Zones;
using Microsoft.Extensions.Logging;
using static AiwgDaemon.Api.Schema.JsonSchema;

namespace AiwgDaemon.Api.Operations;

/// <summary>What the files of a project answer, whether its daemon runs or not.</summary>
internal static class ProjectOperations
{
    private const int MostFires = 100;
    private const string Local = "local";

    private static readonly string[] Levels = ["debug", "info", "warn", "error"];

    public static IReadOnlyList<Operation> All =>
        [
            new("config.validate", Access.Read, "Checks the configuration, or a text in its place, and tells all that is wrong at once.",
                Validate)
            {
                FromFiles = true,
                Parameters = static () => [new("text", Text("YAML or JSON to check instead of the file."))],
                Result = static () => ProjectShapes.Validation,
            },
            new("config.show", Access.Read, "Gives the configuration with defaults and the origin of each value, without secrets.",
                Show)
            {
                FromFiles = true,
                Result = static () => Object(("file", Text("The file.")), ("text", Text("YAML; empty if the file is not valid."))),
            },
            new("doctor.run", Access.Read, "Looks at all that surrounds the daemon: files, permissions, limits, disk, clock.",
                static call => ConfigJson.Write(call.Json, call.Daemon.Files.Examine()))
            {
                FromFiles = true,
                Result = static () => ProjectShapes.Examination,
            },
            new("log.search", Access.Read, "Gives the newest lines of the daemon's log that are as asked for, oldest first.", SearchLog)
            {
                FromFiles = true,
                Parameters = static () =>
                [
                    Shapes.Limit,
                    new("text", Text("Only lines that hold this, in any case.")),
                    new("level", Choice("Only this level and worse.", Levels)),
                    new("since", Instant("Only lines from then on.")),
                    new("skip", Integer("Leaves out so many of the newest lines: the page before.")),
                ],
                Result = static () => Object(
                    ("lines", List(Text("One line."))),
                    ("more", Flag("True if there are earlier ones."))
                ),
            },
            new("cron.next", Access.Read, "Tells when a cron expression fires.", NextFires)
            {
                FromFiles = true,
                Parameters = static () =>
                [
                    new("expression", Text("Five fields, or a macro such as @daily."), true),
                    new("timezone", Text("An IANA name, UTC or local; local if it is missing.")),
                    new("from", Instant("Fires later than this; now if it is missing.")),
                    new("count", Integer($"How many, up to {MostFires}; 5 if it is missing.")),
                ],
                Result = static () => Object(
                    ("expression", Text("As it was given.")),
                    ("next", List(Text("ISO 8601 with the zone's offset."))),
                    ("never", Flag("True if it fires at no instant at all."))
                ),
            },
        ];

    private static void Validate(ApiCall call)
    {
        var text = call.Arguments.OptionalText("text");
        var (file, result) = call.Daemon.Files.Check(text is null ? null : Encoding.UTF8.GetBytes(text));
        ConfigJson.Write(call.Json, file, result);
    }

    private static void Show(ApiCall call)
    {
        var (file, text, errors) = call.Daemon.Files.List();
        if (errors.Count > 0)
            throw new ApiException(
                ApiError.InvalidConfiguration,
                "The configuration is not valid",
                [.. errors.Select(error => error.ToString())]
            );
        call.Json.WriteStartObject();
        call.Json.WriteString("file"u8, file);
        call.Json.WriteString("text"u8, text);
        call.Json.WriteEndObject();
    }

    private static void SearchLog(ApiCall call)
    {
        var level = Level(call.Arguments.OptionalText("level"));
        var search = new LogSearch(new LogFilter(level, call.Arguments.OptionalInstant("since")), call.Arguments.OptionalText("text"));
        var lines = search.Newest(call.Daemon.Files.Log, call.Arguments.Number("skip", 0, int.MaxValue / 2), call.Limit);
        call.Json.WriteStartObject();
        call.List("lines", lines, static (json, line) => json.WriteStringValue(line));
        call.Json.WriteBoolean("more"u8, search.HasMore);
        call.Json.WriteEndObject();
    }

    private static void NextFires(ApiCall call)
    {
        var text = call.Arguments.Text("expression");
        var start = call.Arguments.OptionalInstant("from") ?? call.Time.GetUtcNow();
        var count = call.Arguments.Number("count", 5, MostFires);
        var name = call.Arguments.OptionalText("timezone");
        if (!CronExpression.TryParse(text, out var cron, out var error))
            throw new ApiException(ApiError.InvalidParams, $"The parameter 'expression' is no cron expression: {error}");
        var zone = ZoneOf(name);
        var fires = FireTimes.After(start, cron, zone, count);
        call.Json.WriteStartObject();
        call.Json.WriteString("expression"u8, text);
        call.List("next", fires, (json, fire) => json.WriteStringValue(FireTimes.Iso(fire, zone)));
        call.Json.WriteBoolean("never"u8, cron.IsNever || cron.IsReboot);
        call.Json.WriteEndObject();
    }

    private static Zone ZoneOf(string? name)
    {
        if (name is null or Local) return ZoneFiles.System.Read(null).Zone;
        return ZoneNames.Check(name, ZoneFiles.System, Nearest.To) is { } wrong
            ? throw new ApiException(ApiError.InvalidParams, $"The parameter 'timezone' {wrong.Wrong} ({wrong.Cure})")
            : ZoneFiles.System.Read(name).Zone;
    }

    private static LogLevel Level(string? word) => Array.IndexOf(Levels, word ?? "debug") switch
    {
        < 0 => throw new ApiException(ApiError.InvalidParams, "The parameter 'level' must be debug, info, warn or error"),
        var index => LogLevel.Debug + index,
    };
}
