using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Api;

/// <summary>The operations of one daemon, for the doors. Thread-safe.</summary>
/// <param name="daemon">What they are made of.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">For failures that nobody foresaw.</param>
internal sealed class DaemonApi(IDaemon daemon, TimeProvider time, ILogger logger)
{
    /// <summary>
    /// Calls one operation, which writes its answer. An <see cref="ApiException"/> says why it is not done; nothing else is thrown, but
    /// for the cancellation of the token.
    /// </summary>
    public async ValueTask InvokeAsync(
        string name,
        Arguments arguments,
        Utf8JsonWriter answer,
        ApiSession session,
        CancellationToken token
    )
    {
        var operation = ApiTable.Find(name) ?? throw new ApiException(ApiError.MethodNotFound, $"There is no method '{name}'");
        try
        {
            await operation.Answer(new ApiCall(daemon, arguments, answer, session, time, token));
        }
        catch (ChannelClosedException e)
        {
            // Of the bus: the daemon is stopping, and the message says what becomes of the call.
            throw new ApiException(ApiError.Unavailable, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk is full, the project was moved: the daemon is well, and the message says why the call cannot be done.
            throw new ApiException(ApiError.Unavailable, e.Message);
        }
        catch (Exception e) when (e is not ApiException && !(e is OperationCanceledException && token.IsCancellationRequested))
        {
            ApiLog.OperationFailed(logger, e, name);
            throw new ApiException(ApiError.InternalError, $"Internal error: {e.Message}");
        }
    }
}
