using AiwgDaemon.Platform;

namespace AiwgDaemon.Cli;

/// <summary>
/// What a command waits for and how long already: one line on standard error, drawn in place each second from the first on and
/// wiped at the end. Only on a terminal that can do that, so that logs and scripts see nothing of it. Thread-safe.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly Lock _drawing = new();
    private readonly TextWriter _error;
    private readonly Func<string> _what;
    private readonly int _width;
    private readonly TimeProvider _time;
    private readonly long _begun;
    private readonly ITimer? _timer;
    private bool _drawn, _ended;

    /// <param name="error">Where the line goes.</param>
    /// <param name="what">Says what is waited for; asked anew for each drawing.</param>
    public ProgressLine(TextWriter error, Func<string> what)
        : this(error, what, TextStyle.OfError(), TimeProvider.System)
    {
    }

    public ProgressLine(TextWriter error, Func<string> what, TextStyle style, TimeProvider time)
    {
        (_error, _what, _width, _time, _begun) = (error, what, style.Width, time, time.GetTimestamp());
        if (style.Terminal) _timer = time.CreateTimer(static self => ((ProgressLine)self!).Draw(), this, Beat, Beat);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        lock (_drawing)
        {
            _ended = true;
            if (_drawn) Write("\r\e[K");
        }
    }

    private void Draw()
    {
        lock (_drawing)
        {
            if (_ended) return;
            var elapsed = ConsoleText.Duration(TimeSpan.FromSeconds(Math.Round(_time.GetElapsedTime(_begun).TotalSeconds)));
            // One column is left free: a terminal that wraps early would leave a trail of lines.
            Write($"\r\e[K{TextWidth.Fit($"{ConsoleText.Printable(_what())} ({elapsed})", _width - 1)}");
            _drawn = true;
        }
    }

    private void Write(string text)
    {
        try
        {
            _error.Write(text);
            _error.Flush();
        }
        catch (IOException)
        {
            // The terminal has gone: what the command waits for is none of its business.
            _ended = true;
        }
    }
}
