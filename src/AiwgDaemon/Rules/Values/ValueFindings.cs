namespace AiwgDaemon.Rules.Values;

/// <summary>Why no value may be in a place: <paramref name="Key"/> is the action's key, as <c>argv[2]</c>; the rest reads on from
/// it.</summary>
internal sealed record ValueFault(string Key, string What, string Instead)
{
    public string Text => Instead.Length == 0 ? What : $"{What} ({Instead})";
}

/// <summary>Collects what the places of an action's values are like: the first one that would run its value, and those that begin an
/// argument.</summary>
internal sealed class ValueFindings
{
    private readonly HashSet<string> _guarded = new(StringComparer.Ordinal);

    public ValueFault? Fault { get; private set; }

    /// <summary>Names whose value must not begin with <c>-</c>: it would be an option.</summary>
    public IReadOnlySet<string> Guarded => _guarded;

    public void Refuse(string key, string what, string instead) => Fault ??= new ValueFault(key, what, instead);

    /// <summary>Notes that an argument may begin with these values.</summary>
    public void Guard(CommandWord word)
    {
        foreach (var origin in word.Leading)
            if (!origin.AllowsDash) _guarded.Add(origin.Name);
    }
}
