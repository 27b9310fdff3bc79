namespace AiwgDaemon.Actions.Kinds;

/// <summary>
/// What there is to know of one kind of action. Everything that differs between kinds is a member here or in one of the two kinds of kinds,
/// <see cref="ProgramKind"/> and <see cref="BuiltInKind"/>, so that a new kind cannot leave a part out.
/// </summary>
internal abstract class ActionKind
{
    public abstract ActionType Type { get; }

    /// <summary>The word of <c>type:</c>, in records and logs.</summary>
    public abstract string Name { get; }

    /// <summary>What it is, in a few words without a full stop, for the schema and the documents.</summary>
    public abstract string About { get; }

    /// <summary>The keys that not all kinds have.</summary>
    public abstract IReadOnlyList<ActionKey> Keys { get; }

    /// <summary>False if a placeholder without a value fails the run before it starts; true if it is empty then, with a warning.</summary>
    public abstract bool MayLackValues { get; }

    /// <summary>True if a file can have an action of this type.</summary>
    public virtual bool IsConfigurable => true;

    /// <summary>One line for people: what is done, never a secret.</summary>
    public abstract string Describe(ActionDefinition action);
}
