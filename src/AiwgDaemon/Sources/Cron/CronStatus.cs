namespace AiwgDaemon.Sources.Cron;

/// <summary>What the scheduler shows in state.json; instants are UTC.</summary>
/// <param name="Enabled">False if the section is off.</param>
/// <param name="Jobs">Number of enabled jobs.</param>
/// <param name="NextFires">Per job id: the instant of the next fire; jobs that never fire by the clock are not in it.</param>
/// <param name="Memory">What the next daemon goes on from.</param>
internal sealed record CronStatus(bool Enabled, int Jobs, IReadOnlyDictionary<string, DateTimeOffset> NextFires, CronMemory Memory)
{
    public IReadOnlyDictionary<string, DateTimeOffset> LastFires => Memory.LastFires;
}
