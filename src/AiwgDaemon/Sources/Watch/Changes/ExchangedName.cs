namespace AiwgDaemon.Sources.Watch.Changes;

/// <summary>A path that another file or directory may have got when two names changed places, and the cookie of the move that brought
/// it.</summary>
internal readonly record struct ExchangedName(byte[] Path, uint Cookie);
