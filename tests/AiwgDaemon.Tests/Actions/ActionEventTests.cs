using AiwgDaemon.Tests.Support;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Actions;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;
using AiwgDaemon.State;
using static AiwgDaemon.Tests.Actions.ExecutorFixture;

namespace AiwgDaemon.Tests.Actions;

public sealed class ActionEventTests
{
    [Fact]
    public async Task The_event_is_in_the_environment_and_on_standard_input()
    {
        await using var fixture = new ExecutorFixture();
        var cause = Event("""{"path":"src/a b.cs","event_type":"modify"}""", EventSource.Watch, "file.modify", "src/a b.cs");
        var id = fixture.Submit(
            Shell(
                "printf '%s\\n' \"$AIWG_EVENT_ID\" \"$AIWG_EVENT_TYPE\" \"$AIWG_EVENT_SOURCE\" \"$AIWG_EVENT_PATH\" "
                    + "\"$AIWG_EVENT_PAYLOAD\" \"$AIWG_ACTION_ID\" \"$AIWG_RULE_ID\" \"$AIWG_PROJECT\"; cat"
            ),
            "r1",
            cause
        );
        await fixture.Finished(id);
        fixture.OutputText(id).ShouldBe(
            $$"""
            {{cause.Id}}
            file.modify
            watch
            src/a b.cs
            {"path":"src/a b.cs","event_type":"modify"}
            {{id}}
            r1
            {{fixture.Project}}
            {{Encoding.UTF8.GetString(EventJson.ToBytes(cause))}}

            """);
    }

    [Fact]
    public async Task Coalesced_events_share_one_document_and_one_file_of_exact_paths()
    {
        await using var fixture = new ExecutorFixture();
        var odd = new byte[] { (byte)'a', (byte)'\n', 0xff, (byte)'"' };
        var first = Event("""{"path":"one"}""", EventSource.Watch);
        var second = Event($$"""{"path":"a\nxFF","path_base64":"{{Convert.ToBase64String(odd)}}"}""", EventSource.Watch);
        var id = fixture.Submit(
            Shell(
                "test \"$AIWG_PATHS_FILE\" = \"$AIWG_EVENT_PATHS_FILE\" && cat \"$AIWG_PATHS_FILE\"; echo; cat; echo "
                    + "\"$AIWG_PATHS_FILE\" >&2"
            ),
            "r",
            first,
            second,
            first
        );
        await fixture.Finished(id);
        var output = fixture.Output(id);
        byte[] paths = [.. "one\0"u8, .. odd, 0, (byte)'\n'];
        output.AsSpan(0, paths.Length).SequenceEqual(paths).ShouldBeTrue();
        var rest = Encoding.UTF8.GetString(output.AsSpan(paths.Length));
        var json = JsonDocument.Parse(rest[..(rest.LastIndexOf('}') + 1)]).RootElement;
        json.GetProperty("id").GetGuid().ShouldBe(first.Id);
        json.GetProperty("coalesced").GetArrayLength().ShouldBe(2);
        json.GetProperty("coalesced")[0].GetProperty("id").GetGuid().ShouldBe(second.Id);
        File.Exists(rest[(rest.LastIndexOf('}') + 1)..].Trim()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_large_payload_is_on_standard_input_only_and_a_child_that_does_not_read_holds_nothing_up()
    {
        await using var fixture = new ExecutorFixture();
        var payload = $"\"{new string('x', 1_000_000)}\"";
        var id = fixture.Submit(Shell("echo \"${AIWG_EVENT_PAYLOAD-unset} $AIWG_EVENT_PAYLOAD_TRUNCATED\"; wc -c"), "r", Event(payload));
        await fixture.Finished(id);
        var lines = fixture.OutputText(id).Split('\n');
        lines[0].ShouldBe("unset 1");
        int.Parse(lines[1]).ShouldBeGreaterThan(1_000_000);
        (await fixture.Run(Shell("exit 0"), Event(payload))).Status.ShouldBe(ActionStatus.Completed);
    }

    [Fact]
    public async Task Secrets_and_what_the_service_manager_meant_for_the_daemon_are_not_passed_on()
    {
        var request = new ActionRequest
        {
            Id = ActionId.New(DateTimeOffset.UtcNow),
            RuleId = "r",
            Action = Shell("true"),
            Events = [Event()],
            QueuedAt = DateTimeOffset.UtcNow,
        };
        var name = InheritedEnvironment.Variables.Keys.First(k => k is not "AIWG_PROJECT");
        ActionEnvironment.Create(request, [], null, "/p", null).ShouldContainKey(name);
        ActionEnvironment.Create(request, [name], null, "/p", null).ShouldNotContainKey(name);
        var asked = new ActionRequest
        {
            Id = request.Id,
            RuleId = "r",
            Action = Shell("true") with { PassEnv = [name] },
            Events = request.Events,
            QueuedAt = request.QueuedAt,
        };
        ActionEnvironment.Create(asked, [name], null, "/p", null).ShouldContainKey(name);
        ActionEnvironment.Create(request, [], null, "/p", null).ShouldNotContainKey("NOTIFY_SOCKET");
        await Task.CompletedTask;
    }

    /// <summary>Strings that would run something, or break a line, wherever they were taken for code.</summary>
    private static IEnumerable<string> Hostile(int count, string canary)
    {
        string[] pieces =
        [
            $"$(touch {canary})",
            $"`touch {canary}`",
            $"; touch {canary};",
            $"'; touch {canary}; '",
            $"\"; touch {canary}; \"",
            $"\n touch {canary} \n",
            $"| touch {canary}",
            $"&& touch {canary}",
            "--",
            "-rf",
            "-c",
            "\\",
            "\"",
            "'",
            "\t",
            "\r\n",
            "${IFS}",
            "%s%n",
            "*",
            "~",
            "{a,b}",
            "é",
            "😀",
            "\u0001",
            "\u001b[31m",
            "$$",
            "!!",
            "#",
            "<(id)",
            "\udcff",
            "\udc80",
            "\udcc3(",
            "//",
            "=",
            " ",
        ];
        var random = new Random(42);
        for (var i = 0; i < count; i++)
            yield return i < pieces.Length
                ? pieces[i]
                : string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => pieces[random.Next(pieces.Length)]));
    }

    // One process checks many: the shell compares what it got with the same bytes on a second way, a file.
    [Fact]
    public async Task A_thousand_hostile_strings_arrive_byte_for_byte_and_none_executes()
    {
        await using var fixture = new ExecutorFixture(new ActionOptions { Kept = 5000, MaxParallel = 4 });
        var canary = Path.Combine(fixture.Project, "pwned");
        var fake = Path.Combine(fixture.Project, "bin");
        Directory.CreateDirectory(fake);
        ProgramFile.Write(Path.Combine(fake, "aiwg"), "#!/bin/sh\nprintf '%s\\0' \"$@\"\n");
        var path = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = $"{fake}:/usr/bin:/bin" };

        var expected = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var batch in Hostile(1000, canary).Chunk(20))
        {
            byte[] joined = [.. batch.SelectMany(s => NativePath.ToBytes(s).Append((byte)0))];
            // As arguments of exec and cli.
            expected[fixture.Submit(Exec(["printf", "%s\\0", .. batch]))] = joined;
            expected[fixture.Submit(new ActionDefinition { Name = "c", Type = ActionType.Cli, Argv = batch, Env = path })] = joined;
            // As variables of a shell, and as file names of events.
            var variables = batch
                .Select((s, i) => (Name: $"V{i}", Value: s))
                .ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);
            var references = string.Join(' ', variables.Keys.Select(name => $"\"${name}\""));
            expected[fixture.Submit(Shell($"printf '%s\\0' {references}") with { Env = variables })] = joined;
            var events = batch
                .Distinct(StringComparer.Ordinal)
                .Select(s =>
                    Event($$"""{"path":"shown","path_base64":"{{Convert.ToBase64String(NativePath.ToBytes(s))}}"}""", EventSource.Watch)
                )
                .ToArray();
            byte[] distinct = [.. batch.Distinct(StringComparer.Ordinal).SelectMany(s => NativePath.ToBytes(s).Append((byte)0))];
            expected[fixture.Submit(Shell("cat \"$AIWG_PATHS_FILE\"; printf '%s' \"$AIWG_EVENT_PATH\""), "r", events)] =
            [
                .. distinct,
                .. NativePath.ToBytes(batch[0]),
            ];
        }
        foreach (var (id, bytes) in expected)
        {
            var record = await fixture.Finished(id);
            record.Status.ShouldBe(ActionStatus.Completed, record.Error);
            // The output does not end in a line: the footer begins with a line end of its own.
            ReadOnlySpan<byte> all = File.ReadAllBytes(fixture.OutputPath(id));
            var start = all.IndexOf("\n\n"u8) + 2;
            all.Slice(start, bytes.Length).SequenceEqual(bytes).ShouldBeTrue();
            Encoding.UTF8.GetString(all[(start + bytes.Length)..]).TrimStart('\n').ShouldStartWith("# completed, exit code 0");
        }
        File.Exists(canary).ShouldBeFalse();
    }

    [Fact]
    public async Task A_thousand_hostile_payloads_are_on_standard_input_and_in_the_environment()
    {
        await using var fixture = new ExecutorFixture(new ActionOptions { Kept = 5000, MaxParallel = 4 });
        var canary = Path.Combine(fixture.Project, "pwned");
        var expected = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var batch in Hostile(1000, canary).Chunk(25))
        {
            var payload = JsonSerializer.Serialize(batch.Select(s => s.Replace("\udcff", "?", StringComparison.Ordinal)));
            var cause = Event(payload);
            expected[fixture.Submit(Shell("printf '%s' \"$AIWG_EVENT_PAYLOAD\"; cat"), "r", cause)] =
            [
                .. cause.Payload.Span,
                .. EventJson.ToBytes(cause),
            ];
        }
        foreach (var (id, bytes) in expected)
        {
            await fixture.Finished(id);
            ReadOnlySpan<byte> all = File.ReadAllBytes(fixture.OutputPath(id));
            all.Slice(all.IndexOf("\n\n"u8) + 2, bytes.Length).SequenceEqual(bytes).ShouldBeTrue();
        }
        File.Exists(canary).ShouldBeFalse();
    }
}
