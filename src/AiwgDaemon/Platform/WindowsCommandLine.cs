using System.Text;

namespace AiwgDaemon.Platform;

/// <summary>What CreateProcess wants in one string: the command line and the environment. Pure.</summary>
internal static class WindowsCommandLine
{
    /// <summary>By the rules of CommandLineToArgvW: backslashes count only before a quote. Ends with a NUL.</summary>
    public static string Of(SpawnOptions options)
    {
        var line = new StringBuilder();
        line.Append('"').Append(options.Program).Append('"');
        foreach (var argument in options.Arguments)
        {
            line.Append(' ');
            if (options.ArgumentsAreRaw)
            {
                line.Append(argument);
                continue;
            }
            line.Append('"');
            var backslashes = 0;
            foreach (var character in argument)
            {
                if (character == '"') line.Append('\\', backslashes + 1);
                backslashes = character == '\\' ? backslashes + 1 : 0;
                line.Append(character);
            }
            line.Append('\\', backslashes).Append('"');
        }
        return line.Append('\0').ToString();
    }

    /// <summary>The environment as a block of <c>NAME=value</c>, each with a NUL, sorted as Windows wants it, and one more NUL.</summary>
    public static string EnvironmentOf(SpawnOptions options)
    {
        var block = new StringBuilder();
        foreach (var (name, value) in options.Environment.OrderBy(static pair => pair.Key, StringComparer.OrdinalIgnoreCase))
            block.Append(name).Append('=').Append(value).Append('\0');
        return block.Append('\0').ToString();
    }
}
