using static AiwgDaemon.Config.Description.CommonShapes;

namespace AiwgDaemon.Config.Description;

/// <summary>The keys of <c>agents:</c>.</summary>
internal static class AgentsDescription
{
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
            }
        );

    private static ObjectShape Provider() =>
        new(
            "a map with the keys type and argv",
            new("type", new ChoiceShape("command"), "command: any program.") { Required = true, Example = "command" },
            new(
                "argv",
                new ListShape("a list of words", new TextShape("text") { AnyScalar = true, MayBeEmpty = true }) { NotEmpty = true },
                "Program and arguments, no shell; what it prints is the result of the task."
            )
            {
                Required = true,
                Example = "[my-agent, --quiet]",
            },
            new("prompt", new ChoiceShape("stdin"), "Where the program finds the prompt: on standard input.") { Default = "stdin" }
        );
}
