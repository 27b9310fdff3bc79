using AiwgDaemon.Cli;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Cli;

/// <summary><c>rules test</c> where no rule matches: which condition of which rule it was.</summary>
public sealed class RulesTestTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(
        "--path src/a.js",
        "No rule is for: watch file.modify src/a.js\n  build is for src/**/*.ts or lib/**\n  new is for type file.create\n  off is off "
            + "(enabled: false)\n"
    )]
    [InlineData(
        "--endpoint /ci",
        "No rule is for: webhook webhook.received /ci\n  main asks body.ref to be \"refs/heads/main\" or \"refs/heads/next\", and it is "
            + "not there\n  big asks body.n to be >= 10, and it is not there\n"
    )]
    [InlineData(
        "--endpoint /ci --payload {\"body\":{\"ref\":\"x\",\"n\":9}}",
        "No rule is for: webhook webhook.received /ci\n  main asks body.ref to be \"refs/heads/main\" or \"refs/heads/next\", and it is "
            + "\"x\"\n  big asks body.n to be >= 10, and it is 9\n"
    )]
    [InlineData("--type t", "No rule is for: manual t\n")]
    public void What_kept_each_rule_of_the_source_is_said(string arguments, string expected)
    {
        Directory.CreateDirectory(_directory.Combine(".aiwg"));
        File.WriteAllText(_directory.Combine(".aiwg/daemon.yaml"), """
            watch: {paths: [src/, lib/]}
            webhook: {endpoints: [{path: /ci, signature: none}]}
            actions: {a: {type: exec, argv: [ls]}}
            rules:
              - {id: build, event: {source: watch, path_pattern: ["src/**/*.ts", "lib/**"]}, action: a}
              - {id: new, event: {source: watch, type: file.create}, action: a}
              - {id: off, event: {source: watch}, action: a, enabled: false}
              - {id: main, event: {source: webhook, endpoint: /ci, match: {body.ref: [refs/heads/main, refs/heads/next]}}, action: a}
              - {id: big, event: {source: webhook, match: {body.n: ">= 10"}}, action: a}
            """);
        using var output = new StringWriter { NewLine = "\n" };
        CommandLine.Run(["rules", "test", .. arguments.Split(' '), "--project", _directory.Path], output, output).ShouldBe(0);
        output.ToString().ShouldBe(expected);
    }
}
