namespace AiwgDaemon.Sources.Cron;

/// <summary>What the scheduler shows in state.json; instants are UTC.</summary>
/// <param name="Enabled">False where the section is off.</param>
/// <param name="Jobs">Number of enabled jobs.</param>
/// <param name="LastFires">Per job id: the instant of the latest fire, which is also where catching up starts from.</param>
/// <param name="NextFires">Per job id: the instant of the next fire; jobs that never fire by the clock are not in it.</param>
internal sealed record CronStatus(
    bool Enabled, int Jobs, IReadOnlyDictionary<string, DateTimeOffset> LastFires, IReadOnlyDictionary<string, DateTimeOffset> NextFires);
