using AiwgDaemon.Actions;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Runs;

/// <summary>A run of the daemon before, and what the configuration says of it now.</summary>
/// <param name="Run">As the ledger has it.</param>
/// <param name="Attempts">How many attempts its rule allows.</param>
/// <param name="ActionOf">Its action, for its first event.</param>
internal sealed record EarlierRun(EndedRun Run, int Attempts, Func<DaemonEvent, ActionDefinition> ActionOf);
