using System.Runtime.InteropServices;
using System.Text;

namespace AiwgDaemon.Tests.Support;

/// <summary>What can be done with names on Linux, but not through .NET: exchange two, add one to a file, make a pipe.</summary>
internal static partial class Names
{
    private const int CurrentDirectory = -100;
    private const uint ExchangeFlag = 2;

    /// <summary>False if the filesystem cannot do it.</summary>
    public static bool TryExchange(string one, string other) =>
        Rename(CurrentDirectory, Bytes(one), CurrentDirectory, Bytes(other), ExchangeFlag) == 0;

    public static void Link(string existing, string name) => Check(HardLink(Bytes(existing), Bytes(name)), "link");

    public static void MakePipe(string name) => Check(MakeFifo(Bytes(name), 0x1a4), "mkfifo");

    private static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path + '\0');

    private static void Check(int result, string call)
    {
        if (result != 0) throw new IOException($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true)]
    private static partial int Rename(int oldDirectory, byte[] oldName, int newDirectory, byte[] newName, uint flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true)]
    private static partial int HardLink(byte[] existing, byte[] name);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true)]
    private static partial int MakeFifo(byte[] name, uint mode);
}
