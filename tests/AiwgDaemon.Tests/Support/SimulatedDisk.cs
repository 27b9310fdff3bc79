using AiwgDaemon.Platform;

namespace AiwgDaemon.Tests.Support;

/// <summary>
/// What may be on a disk after a loss of power: of a file, what was flushed, and of what was written since, any part in any order; of a
/// directory,
/// the names it had when it was flushed, and of the later changes, any. A file is created, written and renamed as <see cref="DiskCall"/>
/// says.
/// </summary>
internal sealed class SimulatedDisk
{
    private readonly Dictionary<string, Inode> _names = new(StringComparer.Ordinal);
    private Dictionary<string, Inode> _durable = new(StringComparer.Ordinal);

    public void Apply(DiskCall call)
    {
        switch (call.Step)
        {
            case DiskStep.Create:
                if (!_names.ContainsKey(call.Path)) _names[call.Path] = new Inode();
                break;
            case DiskStep.Write: _names[call.Path].Write(call.Offset, call.Content!); break;
            case DiskStep.Resize: _names[call.Path].Resize((int)call.Offset); break;
            case DiskStep.Flush: _names[call.Path].Flush(); break;
            case DiskStep.Rename:
                _names[call.NewPath!] = _names[call.Path];
                _names.Remove(call.Path);
                break;
            default:
                foreach (
                    var gone in _durable.Keys.Where(path => Path.GetDirectoryName(path) == call.Path && !_names.ContainsKey(path)).ToList()
                )
                    _durable.Remove(gone);
                foreach (var (path, inode) in _names.Where(name => Path.GetDirectoryName(name.Key) == call.Path))
                    _durable[path] = inode;
                break;
        }
    }

    /// <summary>Writes one state that is possible now into a directory, under the files' own names.</summary>
    public void LosePower(string directory, Random random)
    {
        // Now and then the extremes, which chance hardly makes: nothing that was not flushed, or all names and no content.
        var (allNames, noNames, noContent) = (random.Next(3) == 0, random.Next(4) == 0, random.Next(3) == 0);
        var names = new Dictionary<string, Inode>(_durable, StringComparer.Ordinal);
        if (!noNames)
        {
            foreach (var (path, inode) in _names)
                if (allNames || random.Next(2) == 0) names[path] = inode;
        }
        foreach (var (path, inode) in names)
            File.WriteAllBytes(Path.Combine(directory, Path.GetFileName(path)), inode.Survivor(random, noContent));
    }

    private sealed class Inode
    {
        private readonly List<(int Offset, byte[] Content)> _pending = [];
        private byte[] _flushed = [];

        public void Write(long offset, byte[] content) => _pending.Add(((int)offset, content));

        public void Resize(int length)
        {
            Flush();
            Array.Resize(ref _flushed, length);
        }

        public void Flush()
        {
            foreach (var (offset, content) in _pending) Put(ref _flushed, offset, content);
            _pending.Clear();
        }

        public byte[] Survivor(Random random, bool noContent)
        {
            var left = (byte[])_flushed.Clone();
            foreach (var (offset, content) in _pending)
            {
                // Not at all, as a hole, in part, or whole.
                switch (noContent ? random.Next(2) : random.Next(4))
                {
                    case 0: break;
                    case 1: Put(ref left, offset, new byte[content.Length]); break;
                    case 2: Put(ref left, offset, content[..random.Next(content.Length)]); break;
                    default: Put(ref left, offset, content); break;
                }
            }
            return left;
        }

        private static void Put(ref byte[] file, int offset, byte[] content)
        {
            if (file.Length < offset + content.Length) Array.Resize(ref file, offset + content.Length);
            content.CopyTo(file, offset);
        }
    }
}
