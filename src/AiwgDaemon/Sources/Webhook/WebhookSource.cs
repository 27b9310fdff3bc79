using AiwgDaemon.Bus;
using AiwgDaemon.Http;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Sources.Webhook;

/// <summary>Publishes what signed HTTP requests bring. The server is not its own: it gives it the routes of a configuration.</summary>
internal sealed class WebhookSource(
    EventBus bus,
    Func<IEnumerable<DaemonEvent>> recent,
    OutputOf outputOf,
    TimeProvider time,
    ILoggerFactory loggers
)
{
    private readonly WebhookIntake _intake = new(bus, outputOf, time, loggers.CreateLogger("webhook"));
    private long _received;
    private bool _recalled;

    public long Received => Interlocked.Read(ref _received);

    /// <summary>
    /// The endpoints with their secrets. An <see cref="IOException"/> if a secret is missing, or an unsigned endpoint would be open to
    /// the network; its message is for the person who configured it.
    /// </summary>
    /// <param name="options">The section.</param>
    /// <param name="isLocal">Nobody but this machine reaches the server.</param>
    public IHttpRoutes Routes(WebhookOptions options, bool isLocal)
    {
        var table = WebhookTable.Create(options, isLocal);
        if (!_recalled) _intake.Recall(recent());
        _recalled = true;
        return new WebhookRoutes(table, _intake, () => Interlocked.Increment(ref _received));
    }

    /// <summary>Lets go of memory that is kept for the next burst.</summary>
    public void Trim() => _intake.Trim();
}
