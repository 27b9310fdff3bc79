using System.Diagnostics;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Platform;

public sealed class LockHolderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Path => _directory.Combine("lock");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_kernel_says_who_holds_a_lock()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using var held = SecureFile.Open(Path, SecureOpen.ReadWrite);
        using var seen = SecureFile.Open(Path, SecureOpen.Read);
        LockHolder.Ask(Environment.ProcessId, -1, seen).ShouldBe(LockProof.HoldsNot, "open, and not locked");
        FileLock.TryTake(held, Path).ShouldBeTrue();
        LockHolder.Ask(Environment.ProcessId, -1, seen).ShouldBe(LockProof.Holds);
        LockHolder.Ask(Environment.ProcessId, (int)held.DangerousGetHandle(), seen).ShouldBe(LockProof.Holds);
        LockHolder
            .Ask(Environment.ProcessId, (int)seen.DangerousGetHandle(), seen)
            .ShouldBe(LockProof.Holds, "another descriptor was named, but the process holds it");
        using var other = Process.Start("/bin/sleep", "60");
        try
        {
            LockHolder.Ask(other.Id, (int)held.DangerousGetHandle(), seen).ShouldBe(LockProof.HoldsNot);
        }
        finally
        {
            other.Kill();
            other.WaitForExit();
        }
        LockHolder.Ask(other.Id, -1, seen).ShouldBe(LockProof.HoldsNot, "gone");
    }

    [Fact]
    public void A_sign_on_a_held_lock_is_seen_and_goes_with_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using var seen = SecureFile.Open(Path, SecureOpen.ReadWrite);
        using (var held = SecureFile.Open(Path, SecureOpen.ReadWrite))
        {
            FileLock.HasSign(seen).ShouldBeFalse();
            FileLock.TryTake(held, Path).ShouldBeTrue();
            FileLock.HasSign(seen).ShouldBeFalse();
            FileLock.SetSign(held, raised: true);
            FileLock.HasSign(seen).ShouldBeTrue();
            FileLock.IsHeld(seen, Path).ShouldBeTrue();
            LockHolder.Ask(Environment.ProcessId, -1, seen).ShouldBe(LockProof.Holds);
            FileLock.SetSign(held, raised: false);
            FileLock.HasSign(seen).ShouldBeFalse();
            FileLock.SetSign(held, raised: true);
        }
        FileLock.HasSign(seen).ShouldBeFalse();
        FileLock.IsHeld(seen, Path).ShouldBeFalse();
    }
}
