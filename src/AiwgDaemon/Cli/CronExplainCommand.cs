using System.CommandLine;
using AiwgDaemon.Sources.Cron;

namespace AiwgDaemon.Cli;

/// <summary><c>cron explain EXPR</c>: the expression in words.</summary>
internal static class CronExplainCommand
{
    public static Command Create()
    {
        var expression = CronCommand.ExpressionArgument();
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("explain", "Say in words when an expression fires") { expression, json };
        command.SetAction(parsed =>
        {
            var cron = CronCommand.ExpressionOf(parsed, expression);
            var output = parsed.InvocationConfiguration.Output;
            var changes = CronWords.DescribeClockChanges(cron);
            if (parsed.GetValue(json))
            {
                CronCommand.WriteJson(output, writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("expression", cron.Text);
                    writer.WriteString("meaning", CronWords.Describe(cron));
                    if (changes is not null) writer.WriteString("clock_changes", changes);
                    writer.WriteBoolean("never", cron.IsNever);
                    writer.WriteEndObject();
                });
                return ExitCodes.Success;
            }
            output.WriteLine(CronWords.Describe(cron));
            if (changes is not null) output.WriteLine(changes);
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "cron explain \"*/15 9-17 * * MON-FRI\"", "cron explain @weekly");
    }
}
