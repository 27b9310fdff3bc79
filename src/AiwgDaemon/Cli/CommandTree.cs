using System.CommandLine;

namespace AiwgDaemon.Cli;

/// <summary>
/// The whole command line: one line a verb, in the order of the help screen. If the first word names a verb, only that
/// one is built: most of a short command's time would else go into options that nobody asked about.
/// </summary>
internal static class CommandTree
{
    private static readonly (string Name, Func<Command> Create)[] Verbs =
    [
        ("start", StartCommand.Create),
        ("stop", StopCommand.Create),
        ("restart", RestartCommand.Create),
        ("reload", ReloadCommand.Create),
        ("pause", PauseCommand.Create),
        ("resume", PauseCommand.CreateResume),
        ("status", StatusCommand.Create),
        ("list", ListCommand.Create),
        ("logs", LogsCommand.Create),
        ("events", EventsCommand.Create),
        ("emit", EmitCommand.Create),
        ("actions", ActionsCommand.Create),
        ("task", TaskCommand.Create),
        ("chat", TaskSubmitCommand.CreateChat),
        ("dead-letters", DeadLettersCommand.Create),
        ("rules", RulesCommand.Create),
        ("config", ConfigCommand.Create),
        ("doctor", DoctorCommand.Create),
        ("cron", CronCommand.Create),
        ("mcp", McpCommand.Create),
        ("api", ApiCommand.Create),
        ("service", ServiceCommand.Create),
        ("completions", CompletionsCommand.Create),
        ("complete", CompleteCommand.Create),
        ("man", ManCommand.Create),
    ];

    /// <summary>The tree with every verb, or with the one that the arguments begin with.</summary>
    public static Command Create(IReadOnlyList<string>? arguments = null)
    {
        // Not a RootCommand, which asks reflection for the program's name and a resource for the texts of its two options.
        var root = new Command(CommandLine.Program, "Watches a project's files, fires cron jobs, takes webhooks, and runs actions");
        root.Options.Add(GlobalOptions.Project);
        root.Options.Add(
            new Option<bool>("--version")
            {
                Description = "Show version information",
                Arity = ArgumentArity.Zero,
                Action = new VersionScreen(),
            }
        );
        root.Options.Add(
            new Option<bool>("--help", "-h", "-?", "/h", "/?")
            {
                Description = "Show help and usage information",
                Arity = ArgumentArity.Zero,
                Recursive = true,
                Action = new HelpScreen(),
            }
        );
        HelpScreen.WithExamples(root, "start", "status", "logs --follow", "start --help");
        var wanted = arguments is { Count: > 0 } ? arguments[0] : null;
        var index = Array.FindIndex(Verbs, verb => verb.Name == wanted);
        foreach (var (_, create) in index < 0 ? Verbs : Verbs.AsSpan(index, 1)) root.Subcommands.Add(create());
        return root;
    }
}
