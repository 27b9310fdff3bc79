using System.Net.Http.Headers;
using System.Net.Sockets;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Actions;

/// <summary>
/// A notification: a line in the log, or the event as JSON in an HTTP POST to the URL that an environment variable holds.
/// The URL is a secret: it is in no message. The HTTP client exists from the first POST on.
/// </summary>
internal sealed class NotifyAction(ILogger logger)
{
    private static readonly TimeSpan LongestPost = TimeSpan.FromSeconds(30);

    private readonly Lazy<HttpClient> _client = new(static () => new HttpClient { Timeout = Timeout.InfiniteTimeSpan });

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

    private async Task<ActionOutcome> PostAsync(ActionRun run, string variable, TextWriter output, TimeProvider time)
    {
        if (!Uri.TryCreate(Environment.GetEnvironmentVariable(variable), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return ActionOutcome.Failure($"the environment variable {variable} holds no http or https URL; set it where the daemon is started");
        using var limit = new CancellationTokenSource(LongestPost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, run.Stopping);
        try
        {
            using var body = new ReadOnlyMemoryContent(ActionEventDocument.Json(run.Request.Events));
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var post = new HttpRequestMessage(HttpMethod.Post, url) { Content = body };
            using var response = await _client.Value.SendAsync(post, HttpCompletionOption.ResponseHeadersRead, either.Token);
            await output.WriteLineAsync($"HTTP {(int)response.StatusCode}");
            return response.IsSuccessStatusCode
                ? new(ActionStatus.Completed, ExitCode: 0)
                : ActionOutcome.Failure($"the receiver at ${variable} answered HTTP {(int)response.StatusCode}");
        }
        catch (OperationCanceledException) when (run.Stopped is not null)
        {
            return new(ActionStatus.Cancelled);
        }
        catch (OperationCanceledException)
        {
            return ActionOutcome.Failure($"the receiver at ${variable} did not answer within {LongestPost.TotalSeconds:0} s");
        }
        catch (HttpRequestException e)
        {
            // The exception's own text names the host.
            var cause = e.InnerException is SocketException socket ? socket.SocketErrorCode.ToString() : e.HttpRequestError.ToString();
            return ActionOutcome.Failure($"the receiver at ${variable} could not be reached ({cause})");
        }
    }
}
