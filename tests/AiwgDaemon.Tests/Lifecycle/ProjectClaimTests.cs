using AiwgDaemon.Lifecycle;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Lifecycle;

public sealed class ProjectClaimTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private ProjectPaths Paths => new(_directory.Path);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_claimed_project_has_its_directories_and_pid_file_and_a_released_one_has_no_pid_file()
    {
        using (ProjectClaim.Take(Paths))
        {
            File.ReadAllText(Paths.PidFile).ShouldBe($"{Environment.ProcessId}\n");
            File.ReadAllText(Paths.GitIgnore).ShouldBe("*\n");
            File.GetUnixFileMode(Paths.Daemon).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.GetUnixFileMode(Paths.Lock).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Directory.Exists(Paths.Actions).ShouldBeTrue();
            Directory.Exists(Paths.Events).ShouldBeTrue();
        }
        File.Exists(Paths.PidFile).ShouldBeFalse();
    }

    [Fact]
    public void A_second_claim_says_who_has_the_project()
    {
        using var claim = ProjectClaim.Take(Paths);

        var refused = Should.Throw<StartException>(() => ProjectClaim.Take(Paths));

        refused.Failure.ShouldBe(StartFailure.AlreadyRunning);
        refused.Message.ShouldContain($"pid {Environment.ProcessId}");
    }

    [Theory]
    [InlineData(".aiwg/daemon")]
    [InlineData(".aiwg")]
    public void A_project_whose_daemons_files_were_removed_cannot_be_claimed_and_the_daemon_takes_it_anew(string removed)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using var claim = ProjectClaim.Take(Paths);
        Directory.Delete(_directory.Combine(removed), recursive: true);
        InstanceLock.FindHolder(Paths.Lock).ShouldBeNull("nothing is left that names it");
        RunningDaemon.Look(Paths, TimeSpan.Zero).ShouldBe(InstanceLock.Unknown);

        Should.Throw<StartException>(() => ProjectClaim.Take(Paths)).Failure.ShouldBe(StartFailure.AlreadyRunning);
        claim.Restore(out var lost).ShouldBeNull();

        lost.ShouldBeNull();
        InstanceLock.FindHolder(Paths.Lock).ShouldNotBeNull().Pid.ShouldBe(Environment.ProcessId);
    }

    [Fact]
    public async Task A_lock_that_outlives_its_killed_daemon_for_a_moment_is_waited_for()
    {
        Directory.CreateDirectory(Paths.Daemon);
        var left = InstanceLock.TryTake(Paths.Lock).ShouldNotBeNull();
        File.WriteAllText(Paths.Lock, "{\"pid\":2147483647,\"start_time\":1,\"boot_id\":\"x\"}");

        var claim = Task.Run(() => ProjectClaim.Take(Paths), TestContext.Current.CancellationToken);
        await Task.WhenAny(claim, Task.Delay(100, TestContext.Current.CancellationToken));
        claim.IsCompleted.ShouldBeFalse();
        left.Dispose();

        (await claim).Dispose();
    }

    [Fact]
    public void A_pid_file_of_a_dead_daemon_is_replaced()
    {
        Directory.CreateDirectory(Paths.Aiwg);
        File.WriteAllText(Paths.PidFile, "1");

        using var claim = ProjectClaim.Take(Paths);

        File.ReadAllText(Paths.PidFile).ShouldBe($"{Environment.ProcessId}\n");
    }

    [Fact]
    public void A_project_that_is_no_directory_is_named()
    {
        var missing = new ProjectPaths(_directory.Combine("nowhere"));

        Should.Throw<StartException>(() => ProjectClaim.Take(missing)).Message.ShouldContain(missing.Project);
    }

    [Fact]
    public void A_pipe_or_link_in_place_of_the_pid_file_is_neither_read_nor_followed()
    {
        using var claim = ProjectClaim.Take(Paths);
        var foreign = _directory.Combine("foreign");
        File.WriteAllText(foreign, "mine");
        File.Delete(Paths.PidFile);
        File.CreateSymbolicLink(Paths.PidFile, foreign);

        claim.RestorePidFile();

        File.ReadAllText(foreign).ShouldBe("mine");
        File.ReadAllText(Paths.PidFile).ShouldBe($"{Environment.ProcessId}\n");
        new FileInfo(Paths.PidFile).LinkTarget.ShouldBeNull();
        File.Delete(Paths.PidFile);
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", Paths.PidFile)) mkfifo.WaitForExit();

        claim.RestorePidFile();

        File.ReadAllText(Paths.PidFile).ShouldBe($"{Environment.ProcessId}\n");
    }

    [Fact]
    public void A_directory_in_place_of_the_pid_file_does_not_keep_the_claim_from_being_given_back()
    {
        using (ProjectClaim.Take(Paths))
        {
            File.Delete(Paths.PidFile);
            Directory.CreateDirectory(Path.Combine(Paths.PidFile, "x"));
        }
        Directory.Delete(Paths.PidFile, recursive: true);
        using var next = ProjectClaim.Take(Paths);
    }
}
