using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AiwgDaemon.Sources.Cron;

namespace AiwgDaemon.Cli;

/// <summary><c>cron</c>: questions about expressions; needs no daemon and no project.</summary>
internal static class CronCommand
{
    // A terminal is no HTML page: the plus sign of an offset stays one.
    private static readonly JsonWriterOptions Json = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create() => HelpScreen.WithExamples(
        new Command("cron", "Ask when a cron expression fires and what it means") { CronNextCommand.Create(), CronExplainCommand.Create() },
        "cron next \"0 */6 * * *\" --count 3", "cron explain \"30 2 * * MON-FRI\"");

    /// <summary>Name of the argument that has blanks in it.</summary>
    public const string Expression = "EXPR";

    public static Argument<string> ExpressionArgument() =>
        new(Expression) { Description = "Five fields in quotes (minute hour day-of-month month day-of-week), or a macro such as @daily" };

    public static CronExpression ExpressionOf(ParseResult parsed, Argument<string> argument)
    {
        var text = parsed.GetValue(argument) ?? "";
        return CronExpression.TryParse(text, out var cron, out var error)
            ? cron
            : throw new CommandException($"cron expression '{ConsoleText.Printable(text)}': {error}", ExitCodes.Usage);
    }

    public static void WriteJson(TextWriter output, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Json)) write(writer);
        output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }
}
