using System.Text;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions.Http;

/// <summary>
/// Tells a watcher of jobs (as healthchecks.io) of one run: URL/start, then URL, or URL/fail with the last lines of the output. The run
/// never waits for it. What cannot be delivered is a line in the log and an issue of health, until a later one can.
/// </summary>
internal sealed class JobPing
{
    private const int LongestBody = 10_000;
    private const string Issue = "ping.";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly string _rule;
    private readonly string _variable;
    private readonly HttpReceiver _receiver;
    private readonly IssueReport? _report;
    private readonly ILogger _logger;
    private Task _last;

    private JobPing(string rule, string variable, IssueReport? report, TimeProvider time, ILogger logger)
    {
        (_rule, _variable, _report, _logger) = (rule, variable, report, logger);
        _receiver = new HttpReceiver(variable, time);
        _last = Task.Run(() => SendAsync("/start", ""));
    }

    /// <summary>Says that the run begins; null if nobody is to be told of it.</summary>
    public static JobPing? Begin(ActionRequest request, IssueReport? report, TimeProvider time, ILogger logger) =>
        request.Action.PingUrlEnv is { } variable ? new(request.RuleId, variable, report, time, logger) : null;

    /// <summary>Says how the run ended, once its beginning has been told; completes when that is done, and never fails.</summary>
    /// <param name="outcome">How.</param>
    /// <param name="output">The file with the output; null if there is none.</param>
    public Task EndAsync(ActionOutcome outcome, string? output)
    {
        var success = outcome.Status == ActionStatus.Completed || outcome.IsSkip;
        var body = success ? "" : Lines(output) is { Length: > 0 } lines ? lines : outcome.ToString();
        var before = _last;
        return _last = Task.Run(async () =>
        {
            await before;
            await SendAsync(success ? "" : "/fail", body);
        });
    }

    private async Task SendAsync(string suffix, string body)
    {
        string? fault = null;
        try
        {
            var request = new HttpRequest
            {
                Method = "POST",
                Headers = [("Content-Type", "text/plain; charset=utf-8")],
                Body = Encoding.UTF8.GetBytes(body),
            };
            var status = await _receiver.SendAsync(
                request,
                static status => status is >= 200 and < 300,
                Limit,
                CancellationToken.None,
                suffix
            );
            if (status is < 200 or >= 300)
                fault = $"the receiver at ${_variable} answered HTTP {status}";
        }
        catch (HttpFault e)
        {
            fault = e.Message;
        }
        if (fault is not null) Log.NotPinged(_logger, _rule, fault);
        _report?.Invoke(Issue + _rule, fault is null ? null : $"Nobody was told of a run of {_rule}: {fault}; its watcher will miss it");
    }

    // The end of the file: the footer says how it ended.
    private static string Lines(string? output)
    {
        if (output is null) return "";
        try
        {
            var text = Encoding.UTF8.GetString(SecureFile.ReadEnd(output, LongestBody, out var isWhole));
            return isWhole ? text : text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"its output cannot be read: {e.Message}";
        }
    }
}
