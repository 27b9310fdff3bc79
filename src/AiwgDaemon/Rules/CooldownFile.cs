using System.Text.Json;
using System.Buffers;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Rules;

/// <summary>
/// Keeps in <c>events/cooldowns.json</c> when each rule with a cooldown last ran, so that a restart is no way around it. A file
/// that cannot be used is set aside and counts as empty: a rule then runs once too early, and health says why. Not thread-safe.
/// </summary>
internal sealed class CooldownFile(string path, IssueReport report)
{
    /// <summary>In the directory of the journal.</summary>
    public const string FileName = "cooldowns.json";

    private const string Issue = "rules.cooldowns";
    private const string DamageIssue = "rules.cooldowns.damaged";

    /// <summary>When each rule last ran; nothing is set aside. If the file is not there or cannot be used, an exception that
    /// <see cref="IsUnusable"/> knows.</summary>
    public static Dictionary<string, DateTimeOffset> Load(string path)
    {
        var lastRuns = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(SecureFile.ReadAll(path));
        foreach (var member in JsonElement.ParseValue(ref reader).EnumerateObject())
            lastRuns[member.Name] = member.Value.GetDateTimeOffset();
        return lastRuns;
    }

    /// <summary>True for what <see cref="Load"/> throws if the file is not there or cannot be used.</summary>
    public static bool IsUnusable(Exception e) =>
        e is IOException or UnauthorizedAccessException or JsonException or FormatException or InvalidOperationException;

    /// <summary>What an earlier daemon left; never throws.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Read()
    {
        try
        {
            return Load(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // No rule with a cooldown has run here yet.
        }
        catch (Exception e) when (IsUnusable(e))
        {
            report(
                DamageIssue,
                $"The cooldowns in {path} cannot be read and start anew, so a rule may run once too early: {e.Message}; "
                    + $"{SecureFile.SetAsideDamaged(path)}"
            );
        }
        return new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
    }

    /// <summary>Replaces what was there; a failure is an issue of health.</summary>
    public void Write(IReadOnlyDictionary<string, DateTimeOffset> lastRuns)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (rule, last) in lastRuns) writer.WriteString(rule, last.UtcDateTime);
            writer.WriteEndObject();
        }
        try
        {
            SecureFile.CreateDirectory(Path.GetDirectoryName(path)!);
            SecureFile.Replace(path, buffer.WrittenSpan, SecureFile.Private);
            report(Issue, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report(Issue, $"The cooldowns cannot be written to {path}: {e.Message}; after a restart rules may run too early");
        }
    }
}
