namespace AiwgDaemon.Actions.Kinds;

/// <summary>The catalogue of all kinds of actions. A type without a line here does not compile; a kind that leaves a part out does not
/// either.</summary>
internal static class ActionKinds
{
    private static readonly Dictionary<ActionType, ActionKind> Known = Enum.GetValues<ActionType>().ToDictionary(type => type, Make);

    /// <summary>In the order of <see cref="ActionType"/>.</summary>
    public static IReadOnlyList<ActionKind> All { get; } = [.. Enum.GetValues<ActionType>().Select(Of)];

    public static ActionKind Of(ActionType type) => Known[type];

    /// <summary>The kind with this word; null if no file can have it.</summary>
    public static ActionKind? Find(string? name)
    {
        foreach (var kind in All)
            if (kind.Name == name && kind.IsConfigurable) return kind;
        return null;
    }

#pragma warning disable CS8524 // A number that is no type cannot come in; without a last case a missing type is an error (CS8509).
    private static ActionKind Make(ActionType type) => type switch
    {
        ActionType.Exec => new ExecKind(),
        ActionType.Shell => new ShellKind(),
        ActionType.Cli => new CliKind(),
        ActionType.Ralph => new RalphKind(),
        ActionType.Notify => new NotifyKind(),
        ActionType.Http => new HttpKind(),
        ActionType.Doctor => new DoctorKind(),
        ActionType.Agent => new AgentKind(),
    };
#pragma warning restore CS8524
}
