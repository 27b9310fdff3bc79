using Microsoft.Win32.SafeHandles;

namespace AiwgDaemon.Platform;

// Windows: links need a privilege to create; a reparse point at the last step is refused by its attribute.
internal static partial class SecureFile
{
    private static SafeFileHandle OpenWindows(string path, SecureOpen how)
    {
        if (new FileInfo(path) is { Exists: true } file && file.Attributes.HasFlag(FileAttributes.ReparsePoint))
            throw new IOException($"{path} is a link; remove it, the daemon opens regular files only");
        var (mode, access) = how switch
        {
            SecureOpen.Read => (FileMode.Open, FileAccess.Read),
            SecureOpen.Append => (FileMode.Append, FileAccess.Write),
            SecureOpen.ReadWrite => (FileMode.OpenOrCreate, FileAccess.ReadWrite),
            SecureOpen.Truncate => (FileMode.Create, FileAccess.Write),
            _ => (FileMode.CreateNew, FileAccess.ReadWrite),
        };
        return File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete);
    }
}
