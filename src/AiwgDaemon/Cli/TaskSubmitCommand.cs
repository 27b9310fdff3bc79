using System.CommandLine;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Agents;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Cli;

/// <summary><c>task submit</c>, and <c>chat</c> as the Node.js daemon has it: a prompt is on the disk when its task is named.</summary>
internal static class TaskSubmitCommand
{
    public static Command Create()
    {
        var prompt = new Argument<string?>("prompt")
        {
            Description = "What the agent is to do; - reads standard input",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var file = new Option<string?>("--file", "-f") { Description = "Read the prompt from this file", HelpName = "FILE" };
        var provider = new Option<string?>("--provider", "-p")
        {
            Description = "Agent in agents.providers (default: agents.default)",
            HelpName = "NAME",
        };
        var model = new Option<string?>("--model", "-m")
        {
            Description = "Model, in the agent's own words (default: that of the provider)",
            HelpName = "MODEL",
        };
        var (worktree, here) = (
            new Option<bool>("--worktree") { Description = "Work in a git worktree of its own" },
            new Option<bool>("--here") { Description = "Work in the project itself" });
        var (at, delay, after, hold) = TaskStartOptions.Create();
        var verify = new Option<string?>("--verify")
        {
            Description = "Line of shell that fails as long as the work is not done; its output goes back to the agent",
            HelpName = "CMD",
        };
        var priority = new Option<int>("--priority") { Description = "From 0 to 1000; higher runs first", HelpName = "N" };
        priority.Validators.Add(result =>
        {
            if (result.Tokens is [var word] && !(int.TryParse(word.Value, out var number) && number is >= 0 and <= 1000))
                result.AddError("--priority takes a whole number from 0 to 1000");
        });
        var wait = new Option<bool>("--wait", "-w") { Description = "Stay until it has ended, and print its result" };
        var command = new Command("submit", "Give a coding agent a task, and print its name")
        {
            prompt, file, provider, model, worktree, here, verify, at, delay, after, hold, priority,
            wait,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(prompt)?.Tokens.Count > 0 == result.GetResult(file) is not null)
                result.AddError("Either a prompt, - for standard input, or --file");
            if (result.GetValue(at) is not null && result.GetValue(delay) is not null) result.AddError("Either --at or --in");
            if (result.GetValue(worktree) && result.GetValue(here)) result.AddError("Either --worktree or --here");
        });
        command.SetAction(parsed =>
        {
            var text = PromptOf(parsed.GetValue(prompt), parsed.GetValue(file));
            using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
            // Subscribed before it runs: its end cannot be missed.
            var events = parsed.GetValue(wait) ? daemon.Events("daemon", "action.*", OutputReader.Gone()) : null;
            var id = Submit(daemon, "task.submit", "prompt", text, json =>
            {
                if (parsed.GetValue(provider) is { } wanted) json.WriteString("provider"u8, wanted);
                if (parsed.GetValue(worktree) || parsed.GetValue(here))
                    json.WriteString("isolation"u8, parsed.GetValue(here) ? "none" : "worktree");
                TaskStartOptions.Write(json, parsed.GetValue(at) ?? parsed.GetValue(delay), parsed.GetValue(after), parsed.GetValue(hold));
                if (parsed.GetValue(verify) is { } check) json.WriteString("verify"u8, check);
                if (parsed.GetValue(model) is { } other) json.WriteString("model"u8, other);
                json.WriteNumber("priority"u8, parsed.GetValue(priority));
            });
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            // With --wait the output is the result alone.
            (events is null ? output : error).WriteLine(id);
            return events is null ? ExitCodes.Success : TaskCommand.Judge(TaskCommand.UntilEnd(daemon, events, id, error), output);
        });
        return HelpScreen.WithExamples(
            command,
            "task submit 'Mend the failing test in src/parser'",
            "task submit --file prompts/audit.md --priority 5",
            "git diff | task submit - --wait"
        );
    }

    public static Command CreateChat()
    {
        var message = new Argument<string>("message") { Description = "What the agent is told" };
        var command = new Command("chat", "Give a coding agent a task, as the Node.js daemon calls it") { message };
        command.SetAction(parsed =>
        {
            using var daemon = DaemonCall.Connect(GlobalOptions.ProjectOf(parsed));
            parsed.InvocationConfiguration.Output.WriteLine(
                Submit(daemon, "chat.send", "message", parsed.GetRequiredValue(message), static _ => { })
            );
            return ExitCodes.Success;
        });
        return HelpScreen.WithExamples(command, "chat 'What did the last run print?'");
    }

    private static string Submit(DaemonCall daemon, string method, string key, string text, Action<Utf8JsonWriter> others) =>
        daemon
            .Call(method, json =>
            {
                json.WriteString(key, text);
                others(json);
            })
            .GetProperty("taskId"u8)
            .GetString()!;

    private static string PromptOf(string? prompt, string? file)
    {
        try
        {
            if (file is null && prompt != "-") return prompt!;
            using var stream = file is null ? Console.OpenStandardInput() : File.OpenRead(file);
            // One byte more than is taken: the daemon's refusal says how much that is.
            var buffer = new byte[TaskFolder.LargestPrompt + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(buffer, 0, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The prompt cannot be read: {e.Message}", ExitCodes.Usage);
        }
        catch (DecoderFallbackException)
        {
            throw new CommandException($"{file ?? "Standard input"} is not UTF-8 text; convert it first", ExitCodes.Usage);
        }
    }
}
