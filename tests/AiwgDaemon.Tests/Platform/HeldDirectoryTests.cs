using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Platform;

public sealed class HeldDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_directory_is_in_place_until_its_path_leads_elsewhere()
    {
        var path = Directory.CreateDirectory(_directory.Combine("project")).FullName;
        using var held = HeldDirectory.Open(path);
        held.IsInPlace().ShouldBeTrue();
        File.WriteAllText(Path.Combine(path, "a"), "");
        held.IsInPlace().ShouldBeTrue();

        Directory.Move(path, path + "-moved");
        held.IsInPlace().ShouldBeFalse();
        Directory.CreateDirectory(path);
        held.IsInPlace().ShouldBeFalse();
        Directory.Delete(path);
        File.WriteAllText(path, "");
        held.IsInPlace().ShouldBeFalse();
        File.Delete(path);
        Directory.Move(path + "-moved", path);
        held.IsInPlace().ShouldBeTrue();
    }

    [Fact]
    public void A_marked_directory_is_seen_by_others_and_taken_by_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        var path = _directory.Path;
        HeldDirectory.IsMarkedByOther(path).ShouldBeFalse();
        using (var first = HeldDirectory.Open(path))
        {
            first.TryMark().ShouldBeTrue();
            first.TryMark().ShouldBeTrue("it is its own");
            HeldDirectory.IsMarkedByOther(path).ShouldBeTrue();
            using var second = HeldDirectory.Open(path);
            second.TryMark().ShouldBeFalse();
            second.HasMark.ShouldBeFalse();
        }
        HeldDirectory.IsMarkedByOther(path).ShouldBeFalse();
    }

    [Fact]
    public void A_link_on_the_way_that_is_turned_leads_elsewhere()
    {
        foreach (var name in new[] { "one", "two" }) Directory.CreateDirectory(_directory.Combine($"{name}/project"));
        var link = _directory.Combine("current");
        File.CreateSymbolicLink(link, "one");
        using var held = HeldDirectory.Open(Path.Combine(link, "project"));
        held.IsInPlace().ShouldBeTrue();
        File.Delete(link);
        File.CreateSymbolicLink(link, "two");
        held.IsInPlace().ShouldBeFalse();
    }

    [Fact]
    public void What_cannot_be_looked_at_is_not_gone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Modes that hold for root too are Linux's");
        var path = Directory.CreateDirectory(_directory.Combine("closed/project")).FullName;
        using var held = HeldDirectory.Open(path);
        File.SetUnixFileMode(_directory.Combine("closed"), UnixFileMode.None);
        try
        {
            Capabilities.WithoutOverridingModes(() => Should.Throw<UnauthorizedAccessException>(() => held.IsInPlace()));
        }
        finally
        {
            File.SetUnixFileMode(_directory.Combine("closed"), SecureFile.PrivateDirectory);
        }
    }
}
