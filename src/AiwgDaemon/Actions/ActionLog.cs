using System.Text;
using AiwgDaemon.Actions.Kinds;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Actions;

/// <summary>
/// The output file of one action: a header, then the output as it comes, and a footer line. Of an output that is too large the first half
/// and the last are kept; the last is appended at the end, so that the file only ever grows. What cannot be written (a full disk) is
/// reported once and dropped, so that the child is never blocked.
/// </summary>
internal sealed class ActionLog : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly long _largest;
    private readonly ILogger _logger;
    private OutputTail? _tail;
    private long _end;
    private long _written;
    private long _cut;
    private bool _failed;
    private bool _endsInLine = true;

    private ActionLog(SafeFileHandle file, string path, long largest, ILogger logger) =>
        (_file, _path, _largest, _logger, _end) = (file, path, largest, logger, RandomAccess.GetLength(file));

    /// <summary>Opens the file that the child made, or makes it if no child could be started.</summary>
    public static ActionLog Open(string path, long largest, ILogger logger) =>
        new(SecureFile.Open(path, SecureOpen.Append), path, largest, logger);

    /// <summary>What the file is about; no environment, so no secret.</summary>
    public void WriteHeader(ActionRequest request, string directory, DateTimeOffset now)
    {
        var cause = request.Events[0];
        var header = new StringBuilder();
        header
            .Append("# action ")
            .Append(request.Id)
            .Append(" of rule ")
            .Append(OneLine(request.RuleId))
            .Append(", attempt ")
            .Append(request.Attempt)
            .Append('\n');
        header.Append("# event ").Append(cause.Id).Append(' ').Append(OneLine(cause.Type));
        if (request.Events.Count > 1) header.Append(" and ").Append(request.Events.Count - 1).Append(" more");
        header.Append('\n');
        header
            .Append("# ")
            .Append(TypeName(request.Action.Type))
            .Append(": ")
            .Append(OneLine(ActionCommand.Describe(request.Action)))
            .Append('\n');
        header.Append("# in ").Append(OneLine(directory)).Append(" at ").Append(Time(now)).Append("\n\n");
        Append(Encoding.UTF8.GetBytes(header.ToString()));
    }

    /// <summary>The next bytes of the output.</summary>
    public void Write(ReadOnlySpan<byte> output)
    {
        if (output.IsEmpty) return;
        var room = _tail is null ? (int)Math.Min(output.Length, _largest - (_largest / 2) - _written) : 0;
        if (room < output.Length) room = WholeCharacters(output, room);
        if (room > 0)
        {
            Append(output[..room]);
            _written += room;
            _endsInLine = output[room - 1] == (byte)'\n';
        }
        if (room < output.Length) Keep(output[room..]);
    }

    public void WriteFooter(string outcome, TimeSpan duration, DateTimeOffset now)
    {
        AppendTail();
        var start = _endsInLine ? "" : "\n";
        var cut = _cut == 0 ? "" : $", {_cut} bytes of output left out";
        Append(Encoding.UTF8.GetBytes($"{start}# {OneLine(outcome)} after {duration.TotalSeconds:0.000} s{cut}, {Time(now)}\n"));
    }

    /// <summary>Appends what a killed daemon had kept of the end of an output.</summary>
    public static void Salvage(string tail, string path, ILogger logger)
    {
        using var log = Open(path, long.MaxValue, logger);
        (log._tail, log._endsInLine) = (OutputTail.Read(tail), false);
        log.AppendTail();
    }

    public void Dispose()
    {
        _tail?.Dispose();
        _file.Dispose();
    }

    public static string TypeName(ActionType type) => ActionKinds.Of(type).Name;

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

    // What begins in the middle of a character is moved behind the cut.
    private static int WholeCharacters(ReadOnlySpan<byte> output, int room)
    {
        var whole = room;
        while (whole > 0 && room - whole < 3 && (output[whole] & 0xC0) == 0x80) whole--;
        return (output[whole] & 0xC0) == 0x80 ? room : whole;
    }

    private void AppendTail()
    {
        if (_tail is not { } tail) return;
        try
        {
            tail.CopyTo(
                leftOut =>
                {
                    _cut = leftOut;
                    if (leftOut > 0)
                        Append(Encoding.UTF8.GetBytes($"{(_endsInLine ? "" : "\n")}# {leftOut} bytes of output are left out here\n"));
                },
                piece =>
                {
                    Append(piece);
                    _endsInLine = piece[^1] == (byte)'\n';
                });
        }
        catch (IOException e)
        {
            Lose(e);
        }
        tail.Dispose();
        _tail = null;
        try
        {
            SecureFile.MustBeOurs(_path);
            File.Delete(Path.ChangeExtension(_path, OutputTail.Extension));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The output is whole; what is left behind goes when the run's log does.
            Log.OutputLost(_logger, Path.ChangeExtension(_path, OutputTail.Extension), e.Message);
        }
    }

    private void Keep(ReadOnlySpan<byte> output)
    {
        if (_failed) return;
        try
        {
            _tail ??= OutputTail.Create(_path, Math.Max(1, _largest / 2));
            _tail.Write(output);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Lose(e);
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_failed) return;
        try
        {
            // Unix, if the file is open for appending, does not use the offset; Windows does.
            RandomAccess.Write(_file, bytes, _end);
            _end += bytes.Length;
        }
        catch (IOException e)
        {
            Lose(e);
        }
    }

    private void Lose(Exception e)
    {
        _failed = true;
        Log.OutputLost(_logger, _path, e.Message);
    }
}
