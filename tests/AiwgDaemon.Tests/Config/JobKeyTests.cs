using System.Text;
using AiwgDaemon.Config;

namespace AiwgDaemon.Tests.Config;

/// <summary>The keys of jobs that stand in place of each other or name a secret.</summary>
public sealed class JobKeyTests
{
    [Fact]
    public void An_interval_stands_in_place_of_an_expression_and_a_ping_is_the_jobs_alone()
    {
        var configuration = Load("every_minutes: 1.5, ping_url_env: PING").Configuration!;
        var job = configuration.Schedule.Jobs.ShouldHaveSingleItem();
        (job.Cron, job.Every).ShouldBe((null, TimeSpan.FromSeconds(90)));
        configuration.Rules.Single(r => r.Id == "job:a").Action.PingUrlEnv.ShouldBe("PING");
        configuration.Limits.SecretEnv.ShouldContain("PING");
        Load("cron: '@daily'").Configuration!.Schedule.Jobs.ShouldHaveSingleItem().Every.ShouldBeNull();
    }

    [Theory]
    [InlineData(
        "every_minutes: 5, cron: '@daily'",
        "schedule.jobs[0].every_minutes: stands beside cron, and a job has one of both (leave one of them out)"
    )]
    [InlineData("catch_up: last", "schedule.jobs[0].cron: is missing (add it: cron: \"0 3 * * *\", or every_minutes: 90)")]
    [InlineData("every_minutes: 0", "schedule.jobs[0].every_minutes: is 0")]
    [InlineData("every_minutes: 5m", "schedule.jobs[0].every_minutes: ")]
    [InlineData("every_minuts: 5", "did you mean every_minutes?")]
    [InlineData("every: 7m", "(write every_minutes: 7)")]
    [InlineData(
        "cron: '@daily', ping_url_env: https://hc.example/hunter2",
        "schedule.jobs[0].ping_url_env: is not the name of an environment variable"
    )]
    [InlineData("cron: '@daily', ping_url_env: NOT_SET", "schedule.jobs[0].ping_url_env: NOT_SET is not set")]
    public void A_wrong_value_is_told_once_at_its_place(string keys, string error)
    {
        var said = Load(keys).Errors.ShouldHaveSingleItem().ToString();
        said.ShouldStartWith("daemon.yaml:1:");
        said.ShouldContain(error);
        said.ShouldNotContain("hunter2");
    }

    private static ConfigResult Load(string keys) =>
        ConfigLoader.Load(Encoding.UTF8.GetBytes($"schedule: {{jobs: [{{id: a, action: doctor, {keys}}}]}}"), "daemon.yaml", name =>
            name == "PING" ? "https://hc.example/x" : null
        );
}
