using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Agents.Sessions;

/// <summary>The file <c>stream.jsonl</c> of a task: what its agents printed, all starts one after the other. It does not grow beyond a
/// size; what cannot be written is dropped, so that an agent is never blocked.</summary>
internal sealed class TaskStream : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly long _largest;
    private readonly ILogger _logger;
    private long _end;
    private bool _failed;

    /// <summary>An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if it cannot be opened.</summary>
    /// <param name="path">The file.</param>
    /// <param name="largest">In bytes.</param>
    /// <param name="logger">Of category agents.</param>
    public TaskStream(string path, long largest, ILogger logger)
    {
        (_file, _largest, _logger) = (SecureFile.Open(path, SecureOpen.Append), largest, logger);
        _end = RandomAccess.GetLength(_file);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_failed || _end + bytes.Length > _largest) return;
        try
        {
            RandomAccess.Write(_file, bytes, _end);
            _end += bytes.Length;
        }
        catch (IOException e)
        {
            _failed = true;
            AgentsLog.NotKept(_logger, e.Message);
        }
    }

    public void Dispose() => _file.Dispose();
}
