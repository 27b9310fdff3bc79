using AiwgDaemon.Agents.Providers;
using static AiwgDaemon.Config.Description.CommonShapes;

namespace AiwgDaemon.Config.Description;

/// <summary>The keys of <c>agents:</c>.</summary>
internal static class AgentsDescription
{
    /// <summary>The type of a program that no other type is.</summary>
    public const string Command = "command";

    public static ObjectShape Agents() =>
        new(
            "a map",
            new("default", new TextShape("the name of a provider", TextChecks.Name), "Provider of a task that names none.")
            {
                DefaultWords = "the only one there is",
                Example = "test",
            },
            new("max_parallel", Whole(1, 100), "Agents that run at the same time, beside the actions of rules.")
            {
                DefaultWords = "2, and no more than daemon.max_parallel_actions",
                Example = "2",
            },
            new(
                "providers",
                new DictionaryShape("a map of providers by name", Provider(), TextChecks.Name) { KeyWord = "PROVIDER" },
                "Programs that work on a prompt."
            )
            {
                Default = "{}",
            },
            new(
                "isolation",
                new ChoiceShape("worktree", "none"),
                "worktree: each task in a git worktree of its own, if the project is in a repository; none: in the project, one that "
                    + "writes at a time."
            )
            {
                Default = "worktree",
            },
            new("worktree", Worktree(), "How worktrees are made."),
            new("untrusted", Untrusted(), "What an event that others may have written asks for: a webhook, a changed file.")
        );

    private static ObjectShape Worktree() =>
        new(
            "a map",
            new("base", new TextShape("text"), "Commit or branch to start from.") { Default = "HEAD" },
            new("dir", new TextShape("a path", TextChecks.Path), "Where they are, relative to the project.")
            {
                Default = ".aiwg/worktrees",
            },
            new("link", Paths(), "Paths of the project that become symbolic links in a worktree.")
            {
                Default = "[]",
                Example = "[node_modules]",
            },
            new("copy", Paths(), "Paths of the project that are copied into a worktree.") { Default = "[]", Example = "[.env.test]" },
            new("setup", Words(notEmpty: false), "Program and arguments that prepare a worktree, no shell.")
            {
                Default = "[]",
                Example = "[npm, ci]",
            },
            new("keep_days", Whole(0, 3650), "A worktree of which nothing can be lost is removed so long after the end of its task.")
            {
                Default = "14",
            }
        );

    private static ListShape Paths() => new("a list of paths", new TextShape("a path", TextChecks.Path)) { OrSingle = true };

    private static ObjectShape Untrusted() =>
        new(
            "a map",
            new("permission", new ChoiceShape("plan", "edit"), "What the agent may do; actions may say otherwise.") { Default = "plan" },
            new("approve", new ChoiceShape("always", "never"), "Whether somebody has to approve the task; actions may say otherwise.")
            {
                Default = "always",
            }
        );

    private static ObjectShape Provider() =>
        new(
            "a map with the key type",
            new("type", new ChoiceShape([Command, .. ProviderCatalogue.Types]), "The program; command: any other one, with argv.")
            {
                Required = true,
                Example = "claude",
            },
            new("argv", Words(notEmpty: true), "Program and arguments, no shell; what it prints is the result of the task.")
            {
                For = [Command],
                RequiredFor = [Command],
                Example = "[my-agent, --quiet]",
            },
            new(
                "prompt",
                new ChoiceShape("stdin", "file", "argument"),
                "Where the program finds the prompt: on standard input, in the file that {prompt_file} in argv stands for, or as its last "
                    + "argument, which other users of the machine can read."
            )
            {
                For = [Command],
                Default = "stdin",
            },
            new("program", new TextShape("a path", TextChecks.Path), "The program, if it is not on PATH under its usual name.")
            {
                For = ProviderCatalogue.Types,
                Example = "/opt/claude/bin/claude",
            },
            new("model", new TextShape("text"), "Model, in the words of the program.")
            {
                For = ProviderCatalogue.Types,
                DefaultWords = "the program's own choice",
                Example = "sonnet",
            },
            new("permission", new ChoiceShape("plan", "edit", "full"), "plan: reads; edit: changes files; full: everything.")
            {
                Default = "edit",
            },
            new("args", Words(notEmpty: false), "Further arguments of the program.")
            {
                For = ProviderCatalogue.Types,
                Default = "[]",
                Example = "[--max-turns, \"30\"]",
            }
        )
        {
            Discriminator = "type",
        };

    private static ListShape Words(bool notEmpty) =>
        new("a list of words", new TextShape("text") { AnyScalar = true, MayBeEmpty = true }) { NotEmpty = notEmpty };
}
