using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Security.Authentication;
using AiwgDaemon.State;

namespace AiwgDaemon.Actions.Http;

/// <summary>Whoever answers at the URL that an environment variable holds. The URL is a secret: it is in no message.</summary>
internal sealed class HttpReceiver(string variable, TimeProvider time)
{
    public static readonly TimeSpan UsualLimit = TimeSpan.FromSeconds(30);

    private const int MostRedirects = 5;

    /// <summary>True if the text is a URL that can be sent to.</summary>
    public static bool TryUrl(string? text, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url.Scheme is "http" or "https";

    /// <summary>Sends a request for an action; whatever goes wrong is its outcome.</summary>
    /// <param name="run">The action, which may be stopped.</param>
    /// <param name="request">What to send.</param>
    /// <param name="isSuccess">Whether a status means success.</param>
    /// <param name="limit">How long all of it may take.</param>
    /// <param name="output">Gets the status.</param>
    public async Task<ActionOutcome> SendAsync(
        ActionRun run,
        HttpRequest request,
        Func<int, bool> isSuccess,
        TimeSpan limit,
        TextWriter output
    )
    {
        try
        {
            var status = await SendAsync(request, isSuccess, limit, run.Stopping);
            await output.WriteLineAsync($"HTTP {status}");
            return isSuccess(status)
                ? new(ActionStatus.Completed, ExitCode: 0)
                : ActionOutcome.Failure($"the receiver at ${variable} answered HTTP {status}");
        }
        catch (OperationCanceledException)
        {
            return new(ActionStatus.Cancelled);
        }
        catch (HttpFault e)
        {
            return ActionOutcome.Failure(e.Message);
        }
    }

    /// <summary>
    /// The status of the answer, behind redirects within one host. A <see cref="HttpFault"/> says in words without the URL why there is
    /// none;
    /// an <see cref="OperationCanceledException"/> only comes of the token.
    /// </summary>
    public async Task<int> SendAsync(
        HttpRequest request,
        Func<int, bool> isSuccess,
        TimeSpan limit,
        CancellationToken token,
        string suffix = ""
    )
    {
        if (!TryUrl(Environment.GetEnvironmentVariable(variable), out var url))
            throw new HttpFault($"the environment variable {variable} holds no http or https URL; set it where the daemon is started");
        if (suffix.Length > 0) url = new UriBuilder(url) { Path = url.AbsolutePath.TrimEnd('/') + suffix }.Uri;
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, token);
        try
        {
            for (var redirects = 0; ; redirects++)
            {
                var answer = await HttpExchange.SendAsync(url, request, either.Token);
                if (answer is not { Status: 301 or 302 or 303 or 307 or 308, Location: { } location } || isSuccess(answer.Status))
                    return answer.Status;
                if (redirects == MostRedirects)
                    throw new HttpFault($"the receiver at ${variable} redirects in circles (HTTP {answer.Status})");
                url = Follow(url, location, request.Method, answer.Status);
            }
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new HttpFault($"the receiver at ${variable} did not answer within {limit.TotalSeconds:0.###} s");
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
            throw new HttpFault($"the receiver at ${variable} could not be reached ({cause})");
        }
    }

    // The request has secrets, and with 301 to 303 a POST would become a GET: it is sent again only to whom it was meant for, as it is.
    private Uri Follow(Uri url, string location, string method, int status)
    {
        var isSame =
            Uri.TryCreate(url, location, out var target)
            && target.Host == url.Host
            && (
                (target.Scheme == url.Scheme && target.Port == url.Port)
                || (url is { Scheme: "http", IsDefaultPort: true } && target is { Scheme: "https", IsDefaultPort: true })
            );
        if (!isSame)
            throw new HttpFault(
                $"the receiver at ${variable} redirects to another host (HTTP {status}), which is not followed, for it would get the "
                    + $"secrets; set {variable} to where it leads"
            );
        if (status is 301 or 302 or 303 && method is not ("GET" or "HEAD"))
            throw new HttpFault(
                $"the receiver at ${variable} redirects (HTTP {status}), which would turn a {method} into a GET and is not followed; set "
                    + $"{variable} to where it leads"
            );
        return new UriBuilder(target!)
        {
            UserName = url.UserInfo.Split(':')[0],
            Password = url.UserInfo.Contains(':') ? url.UserInfo[(url.UserInfo.IndexOf(':') + 1)..] : "",
        }.Uri;
    }
}

/// <summary>A request that had no answer, in words that show nothing of its URL.</summary>
internal sealed class HttpFault(string message) : Exception(message);
