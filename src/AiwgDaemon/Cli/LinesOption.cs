using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace AiwgDaemon.Cli;

/// <summary>The option <c>--lines</c> of commands that show the end of something.</summary>
internal static class LinesOption
{
    /// <param name="description">What is counted, and from where.</param>
    /// <param name="otherwise">How many if the option is not given.</param>
    public static Option<T> Create<T>(string description, T otherwise)
        where T : INumber<T>
    {
        var lines = new Option<T>("--lines", "-n")
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => otherwise,
        };
        lines.Validators.Add(result =>
        {
            // By the token: asking for the value throws if it is no number.
            if (
                result.Tokens is [var word]
                && !(T.TryParse(word.Value, NumberStyles.Integer, CultureInfo.CurrentCulture, out var number) && !T.IsNegative(number))
            )
                result.AddError("--lines takes a whole number of 0 or more");
        });
        return lines;
    }
}
