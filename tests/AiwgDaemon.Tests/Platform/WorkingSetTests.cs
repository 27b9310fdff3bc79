using AiwgDaemon.Platform;

namespace AiwgDaemon.Tests.Platform;

public sealed class WorkingSetTests
{
    [Fact]
    public void What_was_let_go_of_is_there_again_when_it_is_used()
    {
        var before = Enumerable.Range(0, 10_000).Sum();

        for (var i = 0; i < 3; i++) WorkingSet.Trim();

        // Code and constants of this process, read back from their files.
        Enumerable.Range(0, 10_000).Sum().ShouldBe(before);
        string.Join(',', "trimmed".Reverse()).ShouldBe("d,e,m,m,i,r,t");
    }
}
