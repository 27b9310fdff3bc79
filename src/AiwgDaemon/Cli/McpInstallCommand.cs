using System.CommandLine;
using System.Text;
using AiwgDaemon.Api;
using AiwgDaemon.Mcp;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Cli;

/// <summary>
/// <c>mcp install</c>: adds this program to the servers of a client, in the file that the client reads in the project. Nothing outside of
/// the project is written, and nothing that is in the file is changed.
/// </summary>
internal static class McpInstallCommand
{
    private const int LargestFile = 1024 * 1024;

    public static Command Create()
    {
        var client = new Option<string>("--client")
        {
            Description = "Whose configuration: " + string.Join(", ", McpHost.All.Select(c => c.Name)),
            HelpName = "CLIENT",
            Required = true,
        };
        client.AcceptOnlyFromAmong([.. McpHost.All.Select(c => c.Name)]);
        var allow = McpCommand.Allow();
        var print = new Option<bool>("--print") { Description = "Print what the file would be, and write nothing" };
        var command = new Command("install", "Add this program to the MCP servers of a coding agent or editor, in this project")
        {
            client, allow, print,
        };
        command.SetAction(parsed =>
        {
            var project = GlobalOptions.ProjectOf(parsed).Project;
            var chosen = McpHost.All.Single(c => c.Name == parsed.GetValue(client));
            var file = Path.Combine(project, chosen.File.Replace('/', Path.DirectorySeparatorChar));
            var words = Words(parsed.GetValue(allow)!);
            var text = Added(chosen, file, words);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(print)) output.Write(text ?? Read(file));
            else if (text is null) output.WriteLine($"{chosen.File} has it already");
            else Write(file, text, () => output.WriteLine($"Written to {chosen.File}; start {chosen.Name} in this project anew"));
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "mcp install --client claude", "mcp install --client codex --allow submit --print");
    }

    private static string? Added(McpHost client, string file, IReadOnlyList<string> words)
    {
        try
        {
            return McpClientFile.Add(client, Read(file), words);
        }
        catch (McpFileException e)
        {
            throw new CommandException(
                $"{client.File} {e.Message}; nothing was written. Add this yourself: {string.Join(' ', words)}"
            );
        }
    }

    // By its name if that is what a shell would find: the file may be committed, and paths differ between machines.
    private static string[] Words(string allow)
    {
        var program = Environment.ProcessPath ?? CommandLine.Program;
        var names = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var isFound = names.Any(directory => File.Exists(Path.Combine(directory, Path.GetFileName(program))));
        string[] words = [isFound ? CommandLine.Program : program, "mcp"];
        return allow == AccessWords.Of(Access.Read) ? words : [.. words, "--allow", allow];
    }

    private static string Read(string file) =>
        !Path.Exists(file) ? ""
        : ForeignFile.TryReadAll(file, LargestFile, Links.Refused, out var fault) is { } content ? Encoding.UTF8.GetString(content)
        : throw new CommandException($"{file} cannot be read: {fault ?? "this user may not"}");

    private static void Write(string file, string text, Action done)
    {
        try
        {
            SecureFile.CreateSharedDirectory(Path.GetDirectoryName(file)!);
            var mode = File.Exists(file) && !OperatingSystem.IsWindows() ? File.GetUnixFileMode(file) : SecureFile.Shared;
            SecureFile.Replace(file, text, mode);
            done();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file} cannot be written: {e.Message}");
        }
    }
}
