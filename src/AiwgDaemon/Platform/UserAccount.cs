using System.Globalization;
using System.Runtime.InteropServices;

namespace AiwgDaemon.Platform;

/// <summary>A user of this system by number, with what the account database knows of it. Linux only.</summary>
/// <param name="Uid">The user's number.</param>
/// <param name="Gid">Its own group.</param>
/// <param name="Name">Null if the database has no such user, as in many containers.</param>
/// <param name="Home">Its home directory; the root directory if none is known.</param>
internal sealed partial record UserAccount(uint Uid, uint Gid, string? Name, string Home)
{
    private const int BufferSize = 16 * 1024;

    /// <summary>Set anew, or not passed on: what belongs to the session of the user before.</summary>
    private static readonly string[] OfTheSession =
    [
        "XDG_RUNTIME_DIR", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "DBUS_SESSION_BUS_ADDRESS", "MAIL",
        "SUDO_USER", "SUDO_UID", "SUDO_GID", "SUDO_COMMAND",
    ];

    /// <summary>The name, or the number if there is none: for messages.</summary>
    public string Display => Name is null ? $"user {Number(Uid)}" : $"user {Number(Uid)} ({Name})";

    /// <summary>The account of a user; <paramref name="group"/> counts if the database has none.</summary>
    public static unsafe UserAccount Of(uint uid, uint group)
    {
        var buffer = new byte[BufferSize];
        fixed (byte* space = buffer)
        {
            Entry entry = default;
            Entry* found = null;
            if (GetUser(uid, &entry, space, BufferSize, &found) != 0 || found is null) return new(uid, group, null, "/");
            var home = Marshal.PtrToStringUTF8(entry.Home);
            return new(uid, entry.Group, Marshal.PtrToStringUTF8(entry.Name), string.IsNullOrEmpty(home) ? "/" : home);
        }
    }

    /// <summary>
    /// Replaces this process by the program, run as this user for good: its groups, its group, its number, HOME and USER. Returns only
    /// by an exception; an <see cref="UnauthorizedAccessException"/> if the rights cannot be given up, or the user may not run the program.
    /// </summary>
    public unsafe void Run(string program, IReadOnlyList<string> arguments)
    {
        var environment = InheritedEnvironment.Variables.Where(v => !OfTheSession.Contains(v.Key)).ToDictionary(StringComparer.Ordinal);
        environment["HOME"] = Home;
        environment["USER"] = environment["LOGNAME"] = Name ?? Number(Uid);
        using var variables = SpawnStrings.Of(environment);
        using var words = SpawnStrings.Of(program, arguments);
        GiveUpRights();
        fixed (byte* path = SpawnStrings.Encode(program)) _ = Execute(path, words.Pointers, variables.Pointers);
        throw new UnauthorizedAccessException(
            $"{program} cannot be run as {Display}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}; "
            + "put the program where that user may run it, for instance /usr/local/bin");
    }

    // The groups go first, since only root may change them; at the end nothing of root must come back.
    private unsafe void GiveUpRights()
    {
        var groups = Name is null ? SetGroups(0, null) : InitGroups(Name, Gid);
        if (groups != 0 || SetGroup(Gid) != 0 || SetUser(Uid) != 0)
            throw new UnauthorizedAccessException(
                $"This process cannot become {Display}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}; only root may");
        if (Uid != 0 && (SetUser(0) == 0 || PeerCredentials.EffectiveUser() != Uid))
            throw new UnauthorizedAccessException($"This process did not become {Display} for good, so nothing was started");
    }

    private static string Number(uint number) => number.ToString(CultureInfo.InvariantCulture);

    // struct passwd of Linux.
    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public nint Name;
        public nint Password;
        public uint User;
        public uint Group;
        public nint Comment;
        public nint Home;
        public nint Shell;
    }

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    private static unsafe partial int GetUser(uint user, Entry* entry, byte* buffer, nuint size, Entry** result);

    [LibraryImport("libc", EntryPoint = "initgroups", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int InitGroups(string name, uint group);

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    private static unsafe partial int SetGroups(nuint count, uint* groups);

    [LibraryImport("libc", EntryPoint = "setgid", SetLastError = true)]
    private static partial int SetGroup(uint group);

    [LibraryImport("libc", EntryPoint = "setuid", SetLastError = true)]
    private static partial int SetUser(uint user);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true)]
    private static unsafe partial int Execute(byte* program, byte** arguments, byte** environment);
}
