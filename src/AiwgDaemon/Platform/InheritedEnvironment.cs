using System.Collections;
using System.Text;

namespace AiwgDaemon.Platform;

/// <summary>
/// The environment that this process was started with, for its children. On Linux values that are not UTF-8 stay exact
/// (<see cref="NativePath"/>), which the runtime's own copy does not keep; a variable that was removed since stays out.
/// </summary>
internal static class InheritedEnvironment
{
    private static readonly Lazy<Dictionary<string, string>> Read = new(ReadAll);

    /// <summary>Read once, on first use.</summary>
    public static IReadOnlyDictionary<string, string> Variables => Read.Value;

    private static Dictionary<string, string> ReadAll()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
            if (entry is { Key: string name, Value: string value } && name.Length > 0 && !name.Contains('=')) variables[name] = value;
        if (OperatingSystem.IsLinux()) RestoreBytes(variables);
        return variables;
    }

    private static void RestoreBytes(Dictionary<string, string> variables)
    {
        if (!variables.Any(static v => v.Value.Contains('\uFFFD') || v.Key.Contains('\uFFFD'))) return;
        ReadOnlySpan<byte> block = File.ReadAllBytes("/proc/self/environ");
        foreach (var range in block.Split((byte)0))
        {
            var entry = block[range];
            var equals = entry.IndexOf((byte)'=');
            if (equals <= 0) continue;
            var seenAs = Encoding.UTF8.GetString(entry[..equals]);
            if (!variables.TryGetValue(seenAs, out var value) || value != Encoding.UTF8.GetString(entry[(equals + 1)..])) continue;
            variables.Remove(seenAs);
            variables[NativePath.FromBytes(entry[..equals])] = NativePath.FromBytes(entry[(equals + 1)..]);
        }
    }
}
