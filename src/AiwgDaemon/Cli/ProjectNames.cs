using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.State;

namespace AiwgDaemon.Cli;

/// <summary>Names that a command line may hold and that only the project knows: of actions, jobs, endpoints, and ids of what ran or
/// failed.</summary>
internal static class ProjectNames
{
    /// <summary>For the argument or option of that name of that command; none if the project cannot be read.</summary>
    public static IReadOnlyList<Candidate> For(string command, string symbol, ProjectPaths project)
    {
        try
        {
            return (command, symbol) switch
            {
                ("actions run", "name") => Of(project, c => c.Actions.Keys.Select(name => new Candidate(name, "action"))),
                ("actions show" or "actions logs" or "actions cancel", "id") => Ran(project, active: command == "actions cancel"),
                ("dead-letters show" or "dead-letters retry", "id") => Failed(project),
                ("rules resume", "rule") => Of(project, c =>
                    c.Rules.Where(rule => rule.Enabled).Select(rule => new Candidate(rule.Id, rule.Action.Name))
                ),
                ("events", "--rule") => Of(project, c => c.Rules.Select(rule => new Candidate(rule.Id, rule.Action.Name))),
                ("rules test", "--job") => Of(project, c => c.Schedule.Jobs.Select(job => new Candidate(job.Id, job.Action))),
                ("rules test", "--endpoint") => Of(project, c =>
                    c.Webhook.Endpoints.Select(endpoint => new Candidate(endpoint.Path, "webhook"))
                ),
                _ => [],
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CommandException)
        {
            // A key press asked: no names is the only answer that there is room for.
            return [];
        }
    }

    private static IReadOnlyList<Candidate> Of(ProjectPaths project, Func<DaemonConfiguration, IEnumerable<Candidate>> names) =>
        ProjectConfiguration.Of(project, null, asks: false).Load().Configuration is { } configuration ? [.. names(configuration)] : [];

    private static IReadOnlyList<Candidate> Ran(ProjectPaths project, bool active)
    {
        if (!StateStore.TryRead(project.State, out var state, out _)) return [];
        var actions = active ? state.ActiveActions : state.ActiveActions.Concat(state.RecentActions);
        return
        [
            .. actions
                .DistinctBy(a => a.Id)
                .Select(a => new Candidate(a.Id, ConsoleText.Printable($"{a.Status.ToString().ToLowerInvariant()}, {a.RuleId}"))),
        ];
    }

    private static IReadOnlyList<Candidate> Failed(ProjectPaths project) =>
        [.. DeadLettersCommand.Read(project).Select(letter => new Candidate(letter.Id.ToString(), ConsoleText.Printable(letter.Error)))];
}
