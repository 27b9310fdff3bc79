using System.Text.Json;
using System.Buffers;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Rules;

/// <summary>
/// When each rule with a cooldown last ran, kept in <c>events/cooldowns.json</c> so that a restart is no way around it. A file
/// that cannot be read counts as empty: a rule then runs once too early, and health says why. Not thread-safe.
/// </summary>
internal sealed class Cooldowns
{
    private const string Issue = "rules.cooldowns";

    private readonly Dictionary<string, DateTimeOffset> _lastRuns = [];
    private readonly string _path;
    private readonly IssueReport _report;

    public Cooldowns(string path, IssueReport report)
    {
        (_path, _report) = (path, report);
        if (!File.Exists(path)) return;
        try
        {
            var reader = new Utf8JsonReader(SecureFile.ReadAll(path));
            foreach (var member in JsonElement.ParseValue(ref reader).EnumerateObject()) _lastRuns[member.Name] = member.Value.GetDateTimeOffset();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException or InvalidOperationException)
        {
            report(Issue, $"The cooldowns in {path} cannot be read and start anew: {e.Message}");
        }
    }

    /// <summary>How long the rule has to wait yet; zero where it may run. A last run in the future (a clock set back) does not count.</summary>
    public TimeSpan Remaining(Rule rule, DateTimeOffset now) =>
        rule.Cooldown > TimeSpan.Zero && _lastRuns.TryGetValue(rule.Id, out var last) && last <= now && last + rule.Cooldown > now
            ? last + rule.Cooldown - now
            : TimeSpan.Zero;

    public void Note(Rule rule, DateTimeOffset now)
    {
        if (rule.Cooldown <= TimeSpan.Zero) return;
        _lastRuns[rule.Id] = now;
        Save();
    }

    private void Save()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (rule, last) in _lastRuns) writer.WriteString(rule, last.UtcDateTime);
            writer.WriteEndObject();
        }
        try
        {
            SecureFile.CreateDirectory(Path.GetDirectoryName(_path)!);
            SecureFile.Replace(_path, buffer.WrittenSpan, SecureFile.Private);
            _report(Issue, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _report(Issue, $"The cooldowns cannot be written to {_path}: {e.Message}; after a restart rules may run too early");
        }
    }
}
