namespace AiwgDaemon.Config;

/// <summary>
/// Tells one version of the file from another: FNV-1a, 64 bits (Fowler, Noll, Vo), as 16 hex digits. Not a defence
/// against forgery; SHA-256 would load OpenSSL at every start.
/// </summary>
internal static class ConfigHash
{
    public static string Of(ReadOnlySpan<byte> content)
    {
        var hash = 0xcbf29ce484222325;
        foreach (var b in content) hash = (hash ^ b) * 0x100000001b3;
        return hash.ToString("x16");
    }
}
