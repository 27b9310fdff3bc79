using System.Text;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Actions;

/// <summary>
/// The output file of one action: a header, then the output as it comes, up to a number of bytes, and a footer line. What
/// cannot be written (a full disk) is reported once and dropped, so that the child is never blocked.
/// </summary>
internal sealed class ActionLog : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly long _largest;
    private readonly ILogger _logger;
    private long _end;
    private long _written;
    private long _cut;
    private bool _failed;
    private bool _endsInLine = true;

    private ActionLog(SafeFileHandle file, string path, long largest, ILogger logger) =>
        (_file, _path, _largest, _logger, _end) = (file, path, largest, logger, RandomAccess.GetLength(file));

    /// <summary>Opens the file that the child made, or makes it where no child could be started.</summary>
    public static ActionLog Open(string path, long largest, ILogger logger) =>
        new(SecureFile.Open(path, SecureOpen.Append), path, largest, logger);

    /// <summary>What the file is about; no environment, so no secret.</summary>
    public void WriteHeader(ActionRequest request, string directory, DateTimeOffset now)
    {
        var cause = request.Events[0];
        var header = new StringBuilder();
        header.Append("# action ").Append(request.Id).Append(" of rule ").Append(OneLine(request.RuleId)).Append(", attempt ").Append(request.Attempt).Append('\n');
        header.Append("# event ").Append(cause.Id).Append(' ').Append(OneLine(cause.Type));
        if (request.Events.Count > 1) header.Append(" and ").Append(request.Events.Count - 1).Append(" more");
        header.Append('\n');
        header.Append("# ").Append(TypeName(request.Action.Type)).Append(": ").Append(OneLine(ActionCommand.Describe(request.Action))).Append('\n');
        header.Append("# in ").Append(OneLine(directory)).Append(" at ").Append(Time(now)).Append("\n\n");
        Append(Encoding.UTF8.GetBytes(header.ToString()));
    }

    /// <summary>The next bytes of the output.</summary>
    public void Write(ReadOnlySpan<byte> output)
    {
        if (output.IsEmpty) return;
        var room = (int)Math.Min(output.Length, _largest - _written);
        if (room > 0)
        {
            Append(output[..room]);
            _written += room;
            _endsInLine = output[room - 1] == (byte)'\n';
        }
        if (room == output.Length) return;
        if (_cut == 0) Append(Encoding.UTF8.GetBytes($"{(_endsInLine ? "" : "\n")}# output cut here: only the first {_largest} bytes are kept\n"));
        _endsInLine = true;
        _cut += output.Length - room;
    }

    public void WriteFooter(string outcome, TimeSpan duration, DateTimeOffset now)
    {
        var start = _endsInLine ? "" : "\n";
        var cut = _cut == 0 ? "" : $", {_cut} bytes of output not kept";
        Append(Encoding.UTF8.GetBytes($"{start}# {OneLine(outcome)} after {duration.TotalSeconds:0.000} s{cut}, {Time(now)}\n"));
    }

    public void Dispose() => _file.Dispose();

    public static string TypeName(ActionType type) => type switch
    {
        ActionType.Exec => "exec",
        ActionType.Shell => "shell",
        ActionType.Cli => "cli",
        ActionType.Ralph => "ralph",
        ActionType.Notify => "notify",
        _ => "doctor",
    };

    /// <summary>Control characters, and surrogates that stand for raw bytes, as escapes: a script must not fake a line of ours.</summary>
    public static string OneLine(string text)
    {
        if (!text.Any(static c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029')) return text;
        var line = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\n') line.Append("\\n");
            else if (rune.Value == '\t') line.Append("\\t");
            else if (Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029) line.Append($"\\u{rune.Value:x4}");
            else line.Append(rune);
        }
        return line.ToString();
    }

    private static string Time(DateTimeOffset now) => now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_failed) return;
        try
        {
            // Unix, where the file is open for appending, does not use the offset; Windows does.
            RandomAccess.Write(_file, bytes, _end);
            _end += bytes.Length;
        }
        catch (IOException e)
        {
            _failed = true;
            Log.OutputLost(_logger, _path, e.Message);
        }
    }
}
