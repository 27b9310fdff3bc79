using AiwgDaemon.Platform;

namespace AiwgDaemon.Tests.Platform;

public sealed class FileStatusMarkTests
{
    private static readonly DateTimeOffset Then = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly FileStatusMark Mark = new(FileKind.Regular, 7, 100, Then, Then);

    [Fact]
    public void Size_time_and_inode_are_the_content_and_the_change_time_is_not()
    {
        IsSame(Mark with { Changed = Then.AddSeconds(1) }).ShouldBeTrue();
        IsSame(Mark with { Size = 101 }).ShouldBeFalse();
        IsSame(Mark with { Modified = Then.AddTicks(10) }).ShouldBeFalse();
        IsSame(Mark with { Inode = 8 }).ShouldBeFalse();
        (Mark with { Changed = Then.AddSeconds(1) }).Fingerprint(inodes: true).ShouldNotBe(Mark.Fingerprint(inodes: true));

        static bool IsSame(FileStatusMark other) =>
            FileStatusMark.SameContent(Mark.Fingerprint(inodes: true), other.Fingerprint(inodes: true));
    }

    [Fact]
    public void Where_inodes_are_not_kept_another_number_is_no_change() =>
        (Mark with { Inode = 8 }).Fingerprint(inodes: false).ShouldBe(Mark.Fingerprint(inodes: false));

    [Theory]
    [InlineData("ext4", true)]
    [InlineData("xfs", true)]
    [InlineData("nfs4", true)]
    [InlineData("fuse.sshfs", false)]
    [InlineData("fuse", false)]
    [InlineData("9p", false)]
    [InlineData("overlay", false)]
    public void Drivers_that_make_up_numbers_are_known(string type, bool keeps) => FilesystemType.KeepsInodes(type).ShouldBe(keeps);
}
