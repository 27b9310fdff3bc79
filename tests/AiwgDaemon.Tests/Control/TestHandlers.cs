using System.Collections.Concurrent;
using AiwgDaemon.Agents;
using AiwgDaemon.Bus;
using AiwgDaemon.Control;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Control;

/// <summary>A host without a daemon: records what was asked of it.</summary>
internal static class TestHandlers
{
    public static ControlHandlers Create(ConcurrentQueue<DaemonEvent> emitted, EventBus? bus = null, Action? stop = null) => new()
    {
        State = () => StateDefaults.Empty with { Pid = 42 },
        Reload = _ => throw new ControlException(ControlError.InvalidConfiguration, "The configuration is invalid", ["daemon.yaml:1:1: x"]),
        Stop = stop ?? (() => { }),
        AutomationEnabled = () => true,
        EnableAutomation = _ => { },
        EnableRule = (id, _) => id == "known",
        Rules = () => [new RuleView("known", true, "test")],
        TestRules = (e, _) => [new RuleTrial("known", e.Subject.Length > 0, "test", null)],
        FindEvent = id => emitted.FirstOrDefault(e => e.Id.ToString() == id),
        ResumeRule = id => id == "known",
        Emit = (e, token) =>
        {
            emitted.Enqueue(e);
            return bus?.PublishAsync(e, token) ?? default;
        },
        Events = (count, _, _) => [.. emitted.TakeLast(count)],
        Subscribe = (options, handler) => bus!.Subscribe(Guid.NewGuid().ToString(), options, handler),
        Actions = _ => [],
        WaitingInJournal = () => 0,
        CancelActions = (_, _) => new(0),
        RetryAction = (id, _) => new(id),
        HoldAction = _ => { },
        ReleaseAction = _ => { },
        Pause = _ => { },
        Resume = () => false,
        FindAction = _ => null,
        CancelAction = _ => false,
        RunAction = (_, _, _) => default,
        MaxParallelActions = () => 3,
        Tasks = new AgentTasks(
            new TaskFolder(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"))),
            Path.GetTempPath(),
            () => new AgentOptions(),
            (e, _) => Task.FromResult(e.Id.ToString()),
            _ => [],
            _ => false,
            TimeProvider.System,
            NullLogger.Instance
        ),
        DeadLetters = () => [],
        FindDeadLetter = _ => null,
        RetryDeadLetters = letters => letters.Count,
        ClearDeadLetters = () => throw new InvalidOperationException("boom"),
    };
}
