using System.Text.Json;
using AiwgDaemon.Api;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Api;

/// <summary>Calls operations without a door, and checks what they answer.</summary>
internal sealed class ApiCaller(IDaemon daemon, AnswerSchemas schemas)
{
    private readonly DaemonApi _api = new(daemon, TimeProvider.System, NullLogger.Instance);

    public async Task<JsonElement> CallAsync(string method, string parameters = "{}")
    {
        using var given = JsonDocument.Parse(parameters);
        using var stream = new MemoryStream();
        await using var json = new Utf8JsonWriter(stream);
        await using var session = new ApiSession((_, _) => Task.CompletedTask, () => 1);
        await _api.InvokeAsync(method, new Arguments(given.RootElement), json, session, default);
        await json.FlushAsync(TestContext.Current.CancellationToken);
        using var answer = JsonDocument.Parse(stream.ToArray());
        schemas.Check(method, given.RootElement, answer.RootElement);
        return answer.RootElement.Clone();
    }
}
