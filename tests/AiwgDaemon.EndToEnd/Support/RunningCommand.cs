using System.Diagnostics;
using System.Text;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Support;

/// <summary>A command that goes on until it is told to stop: its output so far, signals, and its end.</summary>
internal sealed class RunningCommand : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new(), _error = new();

    public RunningCommand(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_error, line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Pid => _process.Id;

    public bool HasEnded => _process.HasExited;

    public string Output => Read(_output);

    public string Error => Read(_error);

    public void Send(ProcessSignal signal)
    {
        using var handle = ProcessHandle.Open(ProcessIdentity.Of(Pid) ?? throw new InvalidOperationException($"Process {Pid} has ended"));
        handle!.Send(signal);
    }

    public async Task UntilOutput(string text) =>
        await Eventually.Until(
            () => Output.Contains(text, StringComparison.Ordinal) || _process.HasExited,
            $"'{text}' in the output of {_process.StartInfo.ArgumentList[0]}"
        );

    public async Task<RunResult> UntilEnd()
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        await _process.WaitForExitAsync(limit.Token);
        return new(string.Join(' ', _process.StartInfo.ArgumentList), _process.ExitCode, Output, Error);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private static void Add(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.Append(line).Append('\n');
    }

    private static string Read(StringBuilder text)
    {
        lock (text) return text.ToString();
    }
}
