using System.Diagnostics;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Platform;

public sealed class ForeignFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string File => _directory.Combine("file");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(5000)]
    public void A_regular_file_is_read_up_to_the_limit_and_not_beyond(int length)
    {
        var content = new byte[length];
        Random.Shared.NextBytes(content);
        System.IO.File.WriteAllBytes(File, content);

        ForeignFile.ReadAll(File, length, Links.Refused).ShouldBe(content);
        if (length == 0) return;
        Should.Throw<IOException>(() => ForeignFile.ReadAll(File, length - 1, Links.Refused)).Message.ShouldContain(File);
        ForeignFile.TryReadAll(File, length - 1, Links.Refused, out var fault).ShouldBeNull();
        fault.ShouldNotBeNull().ShouldContain("larger than");
    }

    [Fact]
    public void A_file_that_says_it_is_empty_is_read_to_its_end()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has such files");
        ForeignFile.ReadAll("/proc/self/mountinfo", 1024 * 1024, Links.Refused).Length.ShouldBeGreaterThan(0);
        ForeignFile.TryReadAll("/proc/self/maps", 100, Links.Refused, out var fault).ShouldBeNull();
        fault.ShouldNotBeNull().ShouldContain("larger than 100 bytes");
    }

    [Fact]
    public void A_link_is_followed_only_if_it_may_be()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there");
        System.IO.File.WriteAllText(_directory.Combine("target"), "x");
        System.IO.File.CreateSymbolicLink(File, "target");

        ForeignFile.ReadAll(File, 10, Links.Followed).ShouldBe("x"u8.ToArray());
        ForeignFile.TryReadAll(File, 10, Links.Refused, out var fault).ShouldBeNull();
        fault.ShouldNotBeNull().ShouldContain($"{File} is a symbolic link");
    }

    [Fact]
    public void What_is_not_there_is_no_fault()
    {
        ForeignFile.TryReadAll(File, 10, Links.Followed, out var fault).ShouldBeNull();
        fault.ShouldBeNull();
        ForeignFile.TryReadAll(Path.Combine(File, "below"), 10, Links.Followed, out fault).ShouldBeNull();
        fault.ShouldBeNull();
        Should.Throw<FileNotFoundException>(() => ForeignFile.ReadAll(File, 10, Links.Followed));
    }

    [Theory]
    [InlineData("mkfifo file")]
    [InlineData("ln -s /dev/zero file")]
    [InlineData("ln -s /dev/tty file")]
    [InlineData("mkfifo pipe && ln -s pipe file")]
    [InlineData("ln -s /proc/self/fd/0 file")]
    [InlineData("ln -s file file")]
    [InlineData("mkdir file")]
    [InlineData("ln -s / file")]
    public async Task What_is_no_regular_file_is_refused_at_once_and_by_name(string make)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix");
        using (var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", make]) { WorkingDirectory = _directory.Path })!)
            shell.WaitForExit();

        foreach (var links in new[] { Links.Followed, Links.Refused })
        {
            // The standard input of a test run may be a file.
            if (links == Links.Followed && make.Contains("/fd/0", StringComparison.Ordinal))
                continue;
            var said = await Task.Run(() => ForeignFile.TryReadAll(File, 1000, links, out var fault) is null ? fault : "read")
                .WaitAsync(Eventually.Limit);
            said.ShouldNotBeNull().ShouldContain(File);
        }
    }
}
