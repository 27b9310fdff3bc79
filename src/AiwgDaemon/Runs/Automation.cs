using System.Buffers;
using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Runs;

/// <summary>What a person has switched off: all runs for a time, all rules, or some of them.</summary>
/// <param name="IsPaused">No run starts.</param>
/// <param name="PausedUntil">Null: until somebody resumes it.</param>
/// <param name="IsDisabled">Events lead to no run.</param>
/// <param name="DisabledRules">Rules whose events lead to no run.</param>
internal sealed record AutomationState(bool IsPaused, DateTimeOffset? PausedUntil, bool IsDisabled, IReadOnlyList<string> DisabledRules)
{
    public static AutomationState On { get; } = new(false, null, false, []);
}

/// <summary>
/// Keeps that over a restart, in <c>daemon/automation.json</c>; there is no file while all is on. A file that is damaged is set aside, and
/// nothing is off. Thread-safe.
/// </summary>
internal sealed class Automation(string path, IssueReport report)
{
    private const string DamageIssue = "automation.damaged";

    private readonly Lock _gate = new();
    private volatile AutomationState _state = AutomationState.On;

    public AutomationState State => _state;

    /// <summary>Reads what the daemon before left; never throws, and may report.</summary>
    public void Open()
    {
        try
        {
            var reader = new Utf8JsonReader(SecureFile.ReadAll(path));
            _state = Parse(JsonElement.ParseValue(ref reader));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Nothing was switched off.
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or FormatException
                        or InvalidOperationException
                        or KeyNotFoundException
            )
        {
            report(
                DamageIssue,
                $"What was paused or disabled in {path} cannot be read, and nothing is off now: {e.Message}; "
                    + $"{SecureFile.SetAsideDamaged(path)}"
            );
        }
    }

    /// <summary>
    /// Changes it; on return it is on the disk. An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if it cannot be:
    /// then all is as before.
    /// </summary>
    public AutomationState Change(Func<AutomationState, AutomationState> change)
    {
        lock (_gate)
        {
            var state = change(_state);
            SecureFile.CreateDirectory(Path.GetDirectoryName(path)!);
            SecureFile.Replace(path, Format(state), SecureFile.Private, flush: true);
            return _state = state;
        }
    }

    private static AutomationState Parse(JsonElement root) =>
        new(
            root.GetProperty("paused"u8).GetBoolean(),
            root.TryGetProperty("paused_until"u8, out var until) ? until.GetDateTimeOffset() : null,
            root.GetProperty("disabled"u8).GetBoolean(),
            [
                .. root.GetProperty("disabled_rules"u8)
                    .EnumerateArray()
                    .Select(static rule => rule.GetString() ?? throw new FormatException("the id of a rule is null")),
            ]
        );

    private static ReadOnlySpan<byte> Format(AutomationState state)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("paused"u8, state.IsPaused);
            if (state.PausedUntil is { } until) json.WriteString("paused_until"u8, until.UtcDateTime);
            json.WriteBoolean("disabled"u8, state.IsDisabled);
            json.WriteStartArray("disabled_rules"u8);
            foreach (var rule in state.DisabledRules) json.WriteStringValue(rule);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan;
    }
}
