namespace AiwgDaemon.Agents.Providers;

/// <summary>What is asked for cannot be said to the provider's program; the message names the cure.</summary>
internal sealed class ProviderException(string message) : Exception(message);
