using AiwgDaemon.Actions;
using AiwgDaemon.Agents.Providers;
using AiwgDaemon.Agents.Streams;
using AiwgDaemon.Platform;
using AiwgDaemon.State;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Agents.Sessions;

/// <summary>The work on one task in one run: starts its agent until the task is done, has failed, or has to wait. What is needed to go on
/// after a crash is on the disk before it is relied on.</summary>
internal sealed class AgentSession(
    TaskBook book, TaskFolder folder, int number, AgentProvider provider, AgentWork work, TaskPlace place, TimeProvider time,
    ILogger logger)
{
    public async Task<ActionOutcome> RunAsync()
    {
        while (true)
        {
            if (work.Run.Stopped is { } stopped) return Stopped(stopped, new ActionOutcome(ActionStatus.Cancelled));
            var task = Change(Begin);
            TurnEnd end;
            try
            {
                var input = TaskInput.Of(task, provider.Definition, folder);
                end = await new AgentProcess(work, time, logger).RunAsync(
                    provider.Definition, task, input, task.Model ?? provider.Model, SessionKnown);
            }
            catch (SpawnException e)
            {
                Change(static t => t with { IsWorking = false, Reason = FailureReason.MissingProgram.Word() });
                return ActionOutcome.Failure(e.Message);
            }
            task = Change(t => After(t, end));
            if (work.Run.Stopped is { } reason) return Stopped(reason, ActionOutcome.Of(end.Exit));
            if (end.Reason == FailureReason.None)
            {
                if (await CheckAsync(task, end) is { } outcome) return outcome;
                continue;
            }
            if (Failures.Judge(task, end, time.GetUtcNow()) is not { } until) return await FailedAsync(task, end);
            Change(t => t with { NotBefore = until });
            if (TaskWaits.Of(Current, book.Find, time.GetUtcNow()) is { } wait) return ActionOutcome.Later(wait);
        }
    }

    // The agent says that it is done; null if it is to go on.
    private async Task<ActionOutcome?> CheckAsync(AgentTask task, TurnEnd end)
    {
        var complaint = await Verification.RunAsync(task, work, time, logger);
        if (work.Run.Stopped is { } reason) return Stopped(reason, ActionOutcome.Of(end.Exit));
        book.KeepResult(number, end.Report.Text);
        if (complaint is null)
            return await place.KeepAsync(work, isDone: true) is { } nothing
                ? Failure(FailureReason.NoEffect, nothing)
                : ActionOutcome.Of(end.Exit);
        if (task.Attempt < task.Attempts)
        {
            Change(t => t with { Note = complaint });
            return null;
        }
        await place.KeepAsync(work, isDone: false);
        return Failure(
            FailureReason.VerifyFailed, $"{string.Join(' ', task.Verify!)} still fails after {task.Attempt} of {task.Attempts} attempts");
    }

    private ActionOutcome Failure(FailureReason reason, string message)
    {
        Change(t => t with { Reason = reason.Word() });
        return ActionOutcome.Failure($"{reason.Word()}: {message}");
    }

    private AgentTask Current => book.Find(number)!;

    private AgentTask Change(Func<AgentTask, AgentTask> change) => book.Change(number, change);

    private AgentTask Begin(AgentTask task) =>
        task with { Attempt = task.Attempt + 1, IsWorking = true, StartedAt = task.StartedAt ?? time.GetUtcNow(), NotBefore = null };

    private AgentTask After(AgentTask task, TurnEnd end)
    {
        var report = end.Report;
        return task with
        {
            IsWorking = false,
            Session = report.Session ?? task.Session,
            SessionProvider = report.Session is null ? task.SessionProvider : provider.Name,
            Note = null,
            CostUsd = report.Usd is { } usd ? (task.CostUsd ?? 0) + usd : task.CostUsd,
            InputTokens = task.InputTokens + report.InputTokens,
            OutputTokens = task.OutputTokens + report.OutputTokens,
            Reason = end.Reason == FailureReason.None ? null : end.Reason.Word(),
            // A start that met a limit did nothing.
            Attempt = end.Reason == FailureReason.Limit ? task.Attempt - 1 : task.Attempt,
        };
    }

    private void SessionKnown(string session) =>
        Change(t => t.IsWorking ? t with { Session = session, SessionProvider = provider.Name } : t);

    private ActionOutcome Stopped(StopReason reason, ActionOutcome outcome)
    {
        if (reason != StopReason.Shutdown) return outcome.Because(reason, work.Run.Request.Action.Timeout ?? work.Limits.Timeout);
        // That was not its fault.
        Change(t => t with { Note = TaskInput.GoOn, Attempt = Math.Max(0, t.Attempt - 1), Reason = null });
        return ActionOutcome.Later(new ActionWait(ActionWaitFor.Restart, "the next start of the daemon"));
    }

    private async Task<ActionOutcome> FailedAsync(AgentTask task, TurnEnd end)
    {
        await place.KeepAsync(work, isDone: false);
        // Of one that speaks JSON the rest of the output is no result.
        if (end.Report.Text.Length > 0 || provider.Definition.Format != StreamFormat.Text) book.KeepResult(number, end.Report.Text);
        var outcome = ActionOutcome.Of(end.Exit) with { Status = ActionStatus.Failed };
        return Failures.Sentence(task, end) is { } error ? outcome with { Error = error } : outcome;
    }
}
