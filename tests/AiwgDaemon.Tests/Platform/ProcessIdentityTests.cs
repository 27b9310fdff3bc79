using AiwgDaemon.Platform;

namespace AiwgDaemon.Tests.Platform;

public sealed class ProcessIdentityTests
{
    [Fact]
    public void This_process_is_alive_and_equal_to_itself()
    {
        ProcessIdentity.Current.Pid.ShouldBe(Environment.ProcessId);
        ProcessIdentity.Current.IsAlive().ShouldBeTrue();
        ProcessIdentity.Of(Environment.ProcessId).ShouldBe(ProcessIdentity.Current);
    }

    [Fact]
    public void A_pid_with_another_start_time_is_another_process() =>
        (ProcessIdentity.Current with { StartTime = ProcessIdentity.Current.StartTime + 1 }).IsAlive().ShouldBeFalse();

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void What_is_no_process_has_no_identity(int pid) => ProcessIdentity.Of(pid).ShouldBeNull();
}
