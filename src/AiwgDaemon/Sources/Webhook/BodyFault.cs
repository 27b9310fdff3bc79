namespace AiwgDaemon.Sources.Webhook;

/// <summary>A body is not what its content type says; the message is for its sender.</summary>
internal sealed class BodyFault(string message, Exception? inner = null) : Exception(message, inner);
