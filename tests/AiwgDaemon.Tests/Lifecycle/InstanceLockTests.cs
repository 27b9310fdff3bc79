using AiwgDaemon.Lifecycle;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Lifecycle;

public sealed class InstanceLockTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Path => _directory.Combine(".lock");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Only_one_can_hold_it_and_the_holder_is_found()
    {
        using var held = InstanceLock.TryTake(Path).ShouldNotBeNull();

        InstanceLock.TryTake(Path).ShouldBeNull();
        InstanceLock.FindHolder(Path).ShouldBe(ProcessIdentity.Current);
    }

    [Fact]
    public void Asking_for_the_holder_does_not_take_it()
    {
        InstanceLock.FindHolder(Path).ShouldBeNull();
        InstanceLock.TryTake(Path)?.Dispose();
        InstanceLock.FindHolder(Path).ShouldBeNull();
        using var held = InstanceLock.TryTake(Path);
        held.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("{\"pid\":1}")]
    [InlineData("{\"pid\":-1,\"start_time\":5,\"boot_id\":\"x\"}")]
    [InlineData("\0\0\0")]
    public void What_a_file_says_counts_only_while_it_is_locked(string content)
    {
        File.WriteAllText(Path, content);

        InstanceLock.FindHolder(Path).ShouldBeNull();
        using var held = InstanceLock.TryTake(Path);
        held.ShouldNotBeNull();
    }

    [Fact]
    public void A_lock_whose_file_was_removed_is_noticed()
    {
        using var held = InstanceLock.TryTake(Path).ShouldNotBeNull();
        held.IsIntact(Path).ShouldBeTrue();

        File.Delete(Path);

        held.IsIntact(Path).ShouldBeFalse();
    }

    [Fact]
    public void A_symbolic_link_in_its_place_is_refused()
    {
        var target = _directory.Combine("target");
        File.WriteAllText(target, "precious");
        File.CreateSymbolicLink(Path, target);

        Should.Throw<IOException>(() => InstanceLock.TryTake(Path)).Message.ShouldContain("symbolic link");
        File.ReadAllText(target).ShouldBe("precious");
    }
}
