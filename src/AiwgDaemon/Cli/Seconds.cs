using System.CommandLine.Parsing;

namespace AiwgDaemon.Cli;

/// <summary>Checks of options that take a number of seconds.</summary>
internal static class Seconds
{
    private const double Year = 366 * 86400.0;

    public static void MustBePositive(OptionResult result)
    {
        if (result.Tokens.Count == 0) return;
        if (!double.TryParse(result.Tokens[0].Value, out var value) || !(value > 0 && value <= Year))
            result.AddError($"{result.Option.Name} takes a number of seconds above 0, not '{result.Tokens[0].Value}'");
    }
}
