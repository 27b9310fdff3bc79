using AiwgDaemon.Bus;
using AiwgDaemon.Sources.Webhook;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Support;

/// <summary>A webhook source with what a test does not care about left out.</summary>
internal static class TestWebhook
{
    public static WebhookSource Create(
        WebhookOptions options,
        EventBus bus,
        TimeProvider? time = null,
        ILoggerFactory? loggers = null,
        Func<IEnumerable<DaemonEvent>>? recent = null,
        OutputOf? outputOf = null,
        Func<WebhookHealth>? health = null,
        Action<TextWriter>? metrics = null
    ) =>
        new(
            options,
            bus,
            recent ?? (() => []),
            outputOf ?? ((_, _, _) => Task.FromResult<RunOutput?>(null)),
            health ?? (() => new WebhookHealth(true, "{}"u8.ToArray())),
            metrics ?? (_ => { }),
            time ?? TimeProvider.System,
            loggers ?? NullLoggerFactory.Instance
        );
}
