using System.Text;
using AiwgDaemon.Actions;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Actions;

public sealed class EnvFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("A=1\nB=two words\n", "1", "two words")]
    [InlineData("\uFEFFA=1\r\nB = two \r\n", "1", "two")]
    [InlineData("# a comment\n\n  export A=1\n\texport\tB=x # said\n", "1", "x")]
    [InlineData("A='it is $HOME \\n # as it stands'\nB=\"a\\nb\\t\\\\\\\"\\$x \\q\"", "it is $HOME \\n # as it stands", "a\nb\t\\\"$x \\q")]
    [InlineData("A='first\nsecond'\nB=\"one\ntwo\" # ends\n", "first\nsecond", "one\ntwo")]
    [InlineData("A=\nB=\"\"\n", "", "")]
    [InlineData("A=a#b\nB=#b", "a#b", "")]
    [InlineData("A=0\nA=$(id)\nB=a=b==\n", "$(id)", "a=b==")]
    public void Each_form_of_a_value_is_read_and_nothing_is_expanded(string text, string a, string b)
    {
        var variables = EnvFile.Read(Write(text));
        variables["A"].ShouldBe(a);
        variables["B"].ShouldBe(b);
        variables.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("A=1\nhunter2\n", 2, "has no =; write NAME=VALUE")]
    [InlineData("# x\n\n1A=hunter2\n", 3, "what stands before = is not the name of a variable")]
    [InlineData("=hunter2", 1, "what stands before = is not the name of a variable")]
    [InlineData("A-B=hunter2", 1, "what stands before = is not the name of a variable")]
    [InlineData("X='a\nb\nc'\nA='hunter2\nB=2\n", 4, "has a quote that is never closed: '")]
    [InlineData("A=\"hunter2\" hunter3", 1, "has text behind the closing \"")]
    [InlineData("A=1\nB=hunter2\0\n", 2, "holds a NUL")]
    public void What_is_wrong_is_told_with_its_line_and_without_its_text(string text, int line, string fault)
    {
        var path = Write(text);
        var message = Should.Throw<IOException>(() => EnvFile.Read(path)).Message;
        message.ShouldStartWith($"{path}:{line}: {fault}");
        message.ShouldNotContain("hunter");
    }

    [Fact]
    public void Bytes_that_are_no_text_stay_as_they_are()
    {
        var path = _directory.Combine("env");
        File.WriteAllBytes(path, [.. "A="u8, 0xff, 0xfe, (byte)'\n']);
        NativePath.ToBytes(EnvFile.Read(path)["A"]).ShouldBe([0xff, 0xfe]);
    }

    [Fact]
    public void Links_pipes_directories_and_what_is_too_large_are_refused_at_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "made with links and pipes");
        var path = _directory.Combine("env");
        File.CreateSymbolicLink(path, Write("A=1"));
        Should.Throw<IOException>(() => EnvFile.Read(path)).Message.ShouldContain("is a symbolic link, which is not followed");
        File.Delete(path);
        Should.Throw<IOException>(() => EnvFile.Read("/dev/zero")).Message.ShouldContain("is a device");
        Should.Throw<IOException>(() => EnvFile.Read(_directory.Path)).Message.ShouldContain("is a directory");
        File.WriteAllBytes(path, new byte[EnvFile.MaxBytes + 1]);
        Should.Throw<IOException>(() => EnvFile.Read(path)).Message.ShouldContain("is larger than");
        Should
            .Throw<FileNotFoundException>(() => EnvFile.Read(_directory.Combine("none")))
            .Message.ShouldContain(_directory.Combine("none"));
    }

    [Fact]
    public void A_file_that_everybody_may_write_is_refused_with_the_cure()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "modes are Unix's");
        var path = Write("A=1");
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        Should.Throw<IOException>(() => EnvFile.Read(path)).Message.ShouldEndWith($"run: chmod o-w '{path}'");
    }

    private string Write(string text)
    {
        var path = _directory.Combine("written");
        File.WriteAllText(path, text, new UTF8Encoding(false));
        return path;
    }
}
