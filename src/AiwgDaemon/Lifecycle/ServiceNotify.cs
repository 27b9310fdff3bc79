using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// Tells the service manager that started this process how it fares: the datagrams of sd_notify(3), sent to the socket that
/// NOTIFY_SOCKET names. Without that variable every call does nothing. Never blocks; what cannot be sent is reported.
/// </summary>
internal sealed class ServiceNotify : IDisposable
{
    private const string SocketVariable = "NOTIFY_SOCKET", IntervalVariable = "WATCHDOG_USEC", ProcessVariable = "WATCHDOG_PID";

    // One line in the status of a service manager.
    private const int LongestStatus = 400;

    private readonly Lock _lock = new();
    private readonly UnixDomainSocketEndPoint? _address;
    private Socket? _socket;
    private ITimer? _watchdog;
    private Action<string?>? _report;
    private bool _stopping;

    private ServiceNotify(string? address, TimeSpan? watchdog)
    {
        // '@' stands for the zero byte that an abstract address begins with.
        if (address is ['@' or '/', _, ..]) _address = new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address);
        WatchdogInterval = _address is null ? null : watchdog;
    }

    /// <summary>How long the service manager waits for a sign of life before it restarts the daemon; null if it does not
    /// watch.</summary>
    public TimeSpan? WatchdogInterval { get; }

    /// <summary>Reads the variables and removes them, so that no child speaks in this process's name. Before any thread or child is
    /// started.</summary>
    public static ServiceNotify FromEnvironment()
    {
        var address = Environment.GetEnvironmentVariable(SocketVariable);
        var interval = Environment.GetEnvironmentVariable(IntervalVariable);
        var process = Environment.GetEnvironmentVariable(ProcessVariable);
        foreach (var name in (ReadOnlySpan<string>)[SocketVariable, IntervalVariable, ProcessVariable])
            if (Environment.GetEnvironmentVariable(name) is not null) Environment.SetEnvironmentVariable(name, null);
        var mine = process is null || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        TimeSpan? watchdog =
            mine && long.TryParse(interval, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0
                ? TimeSpan.FromMicroseconds(microseconds)
                : null;
        return new ServiceNotify(address, watchdog);
    }

    /// <summary>Where failures go: a message, or null once one was sent again.</summary>
    public void ReportTo(Action<string?> report) => _report = report;

    /// <summary>Everything is armed, after a start or a reload.</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={OneLine(status)}");

    /// <summary>A reload begins; <see cref="Ready"/> ends it, whether it was applied or not.</summary>
    public void Reloading()
    {
        // The service manager compares with its own CLOCK_MONOTONIC, which the stopwatch reads too on Linux.
        var now = Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);
        Send($"RELOADING=1\nMONOTONIC_USEC={now}\nSTATUS=Reloading the configuration");
    }

    /// <summary>The drain begins, and may take so long before the service manager loses patience.</summary>
    public void Stopping(string reason, TimeSpan limit)
    {
        Send($"STOPPING=1\nEXTEND_TIMEOUT_USEC={(long)limit.TotalMicroseconds}\nSTATUS=Stopping ({OneLine(reason)})");
        // What is said afterwards must not hide that it stops.
        lock (_lock) _stopping = true;
    }

    public void Status(string status)
    {
        bool stopping;
        lock (_lock) stopping = _stopping;
        if (!stopping) Send($"STATUS={OneLine(status)}");
    }

    /// <summary>Signs of life at half the interval, from the clock's own thread: if that hangs, everything that is timed does.</summary>
    public void StartWatchdog(TimeProvider time)
    {
        if (WatchdogInterval is not { } interval) return;
        _watchdog = time.CreateTimer(static self => ((ServiceNotify)self!).Send("WATCHDOG=1"), this, interval / 2, interval / 2);
    }

    public void Dispose()
    {
        _watchdog?.Dispose();
        lock (_lock)
        {
            _socket?.Dispose();
            _socket = null;
        }
    }

    private static string OneLine(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= LongestStatus ? line : string.Concat(line.AsSpan(0, LongestStatus - 1), "…");
    }

    private void Send(string message)
    {
        if (_address is null) return;
        string? failure = null;
        try
        {
            lock (_lock)
            {
                _socket ??= new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
                _socket.SendTo(Encoding.UTF8.GetBytes(message), _address);
            }
        }
        catch (SocketException e)
        {
            failure = $"The service manager cannot be told about this daemon ({e.Message}); it may restart it in the belief that it hangs";
        }
        _report?.Invoke(failure);
    }
}
