using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Security.Authentication;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions;

/// <summary>
/// A notification: a line in the log, or the event and the message as JSON in an HTTP POST to the URL that an environment variable holds.
/// The URL is a secret: it is in no message.
/// </summary>
internal sealed class NotifyAction(ILogger logger)
{
    private static readonly TimeSpan LongestPost = TimeSpan.FromSeconds(30);

    public async Task<ActionOutcome> RunAsync(ActionRun run, TextWriter output, TimeProvider time)
    {
        var action = run.Request.Action;
        if (action.UrlEnv is { } variable) return await PostAsync(run, variable, output, time);
        var cause = run.Request.Events[0];
        var message = action.Command.Length > 0 ? action.Command : $"{cause.Type} {cause.Subject}".TrimEnd();
        Log.Notification(logger, run.Request.RuleId, message);
        await output.WriteLineAsync(message);
        return new(ActionStatus.Completed, ExitCode: 0);
    }

    /// <summary>True where the text is a URL that can be posted to.</summary>
    public static bool TryUrl(string? text, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url.Scheme is "http" or "https";

    private static async Task<ActionOutcome> PostAsync(ActionRun run, string variable, TextWriter output, TimeProvider time)
    {
        if (!TryUrl(Environment.GetEnvironmentVariable(variable), out var url))
            return ActionOutcome.Failure($"the environment variable {variable} holds no http or https URL; set it where the daemon is started");
        using var limit = new CancellationTokenSource(LongestPost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, run.Stopping);
        try
        {
            var status = await HttpPost.SendAsync(url, ActionEventDocument.Json(run.Request.Events, run.Request.Action.Command), either.Token);
            await output.WriteLineAsync($"HTTP {status}");
            return status is >= 200 and < 300
                ? new(ActionStatus.Completed, ExitCode: 0)
                : ActionOutcome.Failure($"the receiver at ${variable} answered HTTP {status}");
        }
        catch (OperationCanceledException) when (run.Stopped is not null)
        {
            return new(ActionStatus.Cancelled);
        }
        catch (OperationCanceledException)
        {
            return ActionOutcome.Failure($"the receiver at ${variable} did not answer within {LongestPost.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            // The exception's own text may name the host.
            var cause = e switch
            {
                SocketException socket => socket.SocketErrorCode.ToString(),
                AuthenticationException => "its certificate is not trusted, or it speaks no TLS",
                _ => "it ended the connection without an answer",
            };
            return ActionOutcome.Failure($"the receiver at ${variable} could not be reached ({cause})");
        }
    }
}
