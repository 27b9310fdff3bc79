using AiwgDaemon.Cli;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Cli;

/// <summary>What a command says while it waits.</summary>
public sealed class ProgressLineTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _error = new();

    public void Dispose() => _error.Dispose();

    [Fact]
    public void A_wait_that_is_short_shows_nothing()
    {
        using (new ProgressLine(_error, () => "Waiting", Terminal(80), _time)) _time.Advance(TimeSpan.FromMilliseconds(900));
        _time.Advance(TimeSpan.FromSeconds(5));
        _error.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void A_long_one_is_one_line_that_is_drawn_over_and_wiped()
    {
        var left = 2;
        using (new ProgressLine(_error, () => $"Waiting for {left--}", Terminal(80), _time))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        _error.ToString().ShouldBe("\r\e[KWaiting for 2 (1 s)\r\e[KWaiting for 1 (2 s)\r\e[K");
    }

    [Fact]
    public void It_never_fills_the_last_column()
    {
        using var progress = new ProgressLine(_error, () => new string('w', 100), Terminal(40), _time);
        _time.Advance(TimeSpan.FromSeconds(1));
        _error.ToString().ShouldBe($"\r\e[K{new string('w', 38)}…");
    }

    [Fact]
    public void Where_there_is_no_terminal_it_is_silent()
    {
        using var progress = new ProgressLine(_error, () => "Waiting", TextStyle.Plain, _time);
        _time.Advance(TimeSpan.FromMinutes(1));
        _error.ToString().ShouldBeEmpty();
    }

    private static TextStyle Terminal(int width) => new(Colour: false, width, Terminal: true);
}
