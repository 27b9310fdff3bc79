namespace AiwgDaemon.Agents;

/// <summary>A task that is not taken: the message says why, and the cure.</summary>
internal sealed class TaskRefusal(string message) : Exception(message);
