namespace AiwgDaemon.Actions.Kinds;

/// <summary>What a rule or job that names <c>doctor</c> runs: <c>aiwg doctor</c>, or the daemon's own check if there is no aiwg.</summary>
internal sealed class DoctorKind : ProgramKind
{
    public override ActionType Type => ActionType.Doctor;

    public override string Name => "doctor";

    public override string About => "aiwg doctor, or the daemon's own check";

    public override bool IsConfigurable => false;

    public override IReadOnlyList<ActionKey> Keys => [];

    public override IReadOnlyList<KeyedWord> Words(ActionDefinition action) => [new("aiwg", "type"), new("doctor", "type")];
}
