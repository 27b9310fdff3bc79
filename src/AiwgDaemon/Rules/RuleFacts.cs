namespace AiwgDaemon.Rules;

/// <summary>What is so at this moment of one rule, and no configuration says.</summary>
internal sealed record RuleFacts
{
    public static readonly RuleFacts None = new();

    /// <summary>Switched off by a client.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Held because it kept itself going, or was about to.</summary>
    public bool IsHeld { get; init; }

    /// <summary>How long it does not fire yet; zero: it may.</summary>
    public TimeSpan Cooldown { get; init; }

    /// <summary>A run that is under way or is to be tried again; null if there is none.</summary>
    public string? Run { get; init; }

    /// <summary>Runs that are decided on and wait.</summary>
    public int Waiting { get; init; }

    public bool IsBusy => Run is not null || Waiting > 0;
}
