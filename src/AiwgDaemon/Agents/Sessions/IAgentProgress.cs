namespace AiwgDaemon.Agents.Sessions;

/// <summary>Is told of what a continuation after a crash needs, before the session relies on it. Calls come one at a time.</summary>
internal interface IAgentProgress
{
    public void WorkspaceMade(string? branch, string path);

    public void SessionKnown(string session);

    public void Spent(AgentCost cost);

    public void Verifying(int attempt);

    /// <summary>No sign of life for half of the time after which the agent is ended.</summary>
    public void Silent(TimeSpan silence);
}
