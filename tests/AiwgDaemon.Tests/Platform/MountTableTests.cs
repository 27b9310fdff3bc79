using AiwgDaemon.Platform;

namespace AiwgDaemon.Tests.Platform;

public sealed class MountTableTests
{
    private const string Text = """
        24 1 254:0 / / rw,relatime - ext4 /dev/root rw
        25 24 0:22 / /proc rw - proc proc rw
        31 24 0:41 / /srv/with\040blank\134\011 rw shared:3 master:1 - nfs4 server:/x rw
        32 24 0:42 / /srv/app rw - tmpfs tmpfs rw
        40 32 0:50 / /srv/app rw - fuse.sshfs host: rw
        torn line

        """;

    [Fact]
    public void Points_are_unescaped_and_the_longest_comes_first() =>
        MountTable
            .Parse(Text)
            .ShouldBe([
                new("/srv/with blank\\\t", "nfs4", 31),
                new("/srv/app", "fuse.sshfs", 40),
                new("/proc", "proc", 25),
                new("/", "ext4", 24),
            ]);

    [Theory]
    [InlineData("nfs4", true)]
    [InlineData("fuse.sshfs", true)]
    [InlineData("ext4", false)]
    [InlineData("overlay", false)]
    public void Only_what_others_may_change_unseen_is_blind(string type, bool blind) => FilesystemType.IsBlind(type).ShouldBe(blind);

    [Fact]
    public void The_living_one_knows_what_holds_the_root_and_tells_of_no_change_that_nobody_announced()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has it");
        using var table = new MountTable();
        table.TypeOf("/").ShouldNotBeNull();
        table.TakeChange(["/"]).ShouldBeFalse();
        table.HasChanged();
        table.TakeChange(["/nowhere"]).ShouldBeFalse();
    }
}
