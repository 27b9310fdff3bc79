using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

// A file that takes the place of another in one step.
internal static partial class SecureFile
{
    private sealed class Replacement : IDisposable
    {
        private readonly string _path, _temporary;
        private readonly SafeFileHandle _handle;
        private long _written;
        private bool _isDone;

        public Replacement(string path, UnixFileMode mode)
        {
            MustBeOurs(path);
            (_path, _temporary) = (path, path + Temporary);
            // A leftover of a killed writer, or a link that somebody planted: the name is ours to clear.
            ClearName(_temporary);
            _handle = Open(_temporary, SecureOpen.CreateNew, mode);
            DiskTrace.Note(DiskStep.Create, _temporary);
            CrashPoint.At(CrashStep.ReplacementCreated, path);
        }

        public void Write(ReadOnlySpan<byte> content)
        {
            RandomAccess.Write(_handle, content, _written);
            DiskTrace.NoteWrite(_temporary, content, _written);
            _written += content.Length;
        }

        public void Complete(bool flush)
        {
            if (flush)
            {
                RandomAccess.FlushToDisk(_handle);
                DiskTrace.Note(DiskStep.Flush, _temporary);
            }
            _handle.Dispose();
            CrashPoint.At(CrashStep.ReplacementWritten, _path);
            File.Move(_temporary, _path, overwrite: true);
            _isDone = true;
            DiskTrace.Note(DiskStep.Rename, _temporary, newPath: _path);
            if (flush) FlushDirectory(Path.GetDirectoryName(_path)!);
            CrashPoint.At(CrashStep.Replaced, _path);
        }

        public void Dispose()
        {
            _handle.Dispose();
            if (!_isDone && IsOurs(_path)) File.Delete(_temporary);
        }
    }
}
