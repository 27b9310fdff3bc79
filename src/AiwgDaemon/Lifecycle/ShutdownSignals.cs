using System.Runtime.InteropServices;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// SIGTERM, SIGINT and SIGHUP as requests to the host. Registered before anything else, so that none of them kills a
/// daemon in its first milliseconds; what comes before the host listens is kept.
/// </summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;

    public ShutdownSignals(Action<PosixSignal> request)
    {
        PosixSignal[] signals = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP];
        _registrations = Array.ConvertAll(signals, signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            request(context.Signal);
        }));
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }
}
