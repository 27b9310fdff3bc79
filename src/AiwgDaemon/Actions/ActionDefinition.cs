namespace AiwgDaemon.Actions;

internal enum ActionType
{
    /// <summary>An argument vector, no shell.</summary>
    Exec,

    /// <summary><c>/bin/sh -c</c>; <c>cmd /c</c> on Windows.</summary>
    Shell,

    /// <summary><c>aiwg &lt;command&gt;</c>.</summary>
    Cli,

    /// <summary>An agent loop: <c>aiwg ralph</c> with objective, completion and iterations.</summary>
    Ralph,

    /// <summary>A log line, or an HTTP POST to the URL in an environment variable.</summary>
    Notify,

    /// <summary>An HTTP request to the URL in an environment variable.</summary>
    Http,

    /// <summary>The daemon's own environment check, if <c>aiwg</c> is not on PATH.</summary>
    Doctor,

    /// <summary>A coding agent with a task; it has a lane of its own.</summary>
    Agent,
}

/// <summary>What the program of an action finds on its standard input.</summary>
internal enum ActionInput
{
    /// <summary>The event as one JSON document.</summary>
    Event,

    /// <summary>Nothing.</summary>
    None,
}

/// <summary>What to run, as the configuration says it (<c>actions.NAME</c> or inline in a rule). Templates are not yet expanded.</summary>
internal sealed record ActionDefinition
{
    /// <summary>The key in <c>actions</c>, or the rule's id for an inline action.</summary>
    public required string Name { get; init; }

    public required ActionType Type { get; init; }

    /// <summary>exec: program and arguments. cli: the arguments after <c>aiwg</c>.</summary>
    public IReadOnlyList<string> Argv { get; init; } = [];

    /// <summary>shell: the script. notify: the message.</summary>
    public string Command { get; init; } = "";

    /// <summary>ralph: what the loop is to reach.</summary>
    public string? Objective { get; init; }

    /// <summary>ralph: how it knows that it is done.</summary>
    public string? Completion { get; init; }

    /// <summary>ralph: upper bound of rounds.</summary>
    public int? MaxIterations { get; init; }

    /// <summary>Name of the environment variable that holds the URL; notify: null writes to the log.</summary>
    public string? UrlEnv { get; init; }

    /// <summary>What the keys of its kind say that have no property of their own: see <see cref="Kinds.ActionKey"/>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Fields { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>Empty if the action has no such key.</summary>
    public IReadOnlyList<string> Field(string key) => Fields.GetValueOrDefault(key) ?? [];

    /// <summary>Null: <c>daemon.action_timeout_minutes</c>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Added to the inherited environment.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Names of the daemon's own secrets that this action may see; they are withheld otherwise.</summary>
    public IReadOnlyList<string> PassEnv { get; init; } = [];

    /// <summary>Relative to the project.</summary>
    public string Cwd { get; init; } = ".";

    /// <summary>A dotenv file with further variables, relative to the project; read at each start, under <see cref="Env"/>. Null:
    /// none.</summary>
    public string? EnvFile { get; init; }

    /// <summary>Exit codes that mean success.</summary>
    public IReadOnlyList<int> SuccessExitCodes { get; init; } = [0];

    public ActionInput Input { get; init; } = ActionInput.Event;

    /// <summary>Program and arguments that say whether the action is to run; empty: it is.</summary>
    public IReadOnlyList<string> OnlyIf { get; init; } = [];

    /// <summary>Name of the environment variable with the URL that is told of each run of a job; null: nobody is told.</summary>
    public string? PingUrlEnv { get; init; }

    /// <summary>From −20 (first) to 19 (last); null: the daemon's own.</summary>
    public int? Nice { get; init; }

    /// <summary>Of which no more run at a time than <c>groups</c> says; null: none.</summary>
    public string? Group { get; init; }

    /// <summary>Higher runs first; first come, first served within one priority.</summary>
    public int Priority { get; init; }
}
