using AiwgDaemon.Actions;
using AiwgDaemon.Agents.Providers;
using AiwgDaemon.Agents.Workspaces;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Agents.Sessions;

/// <summary>The place of a task during one run: its worktree, or the project itself, in which only one works at a time that may change
/// files. What the task has changed is kept from there.</summary>
internal sealed class TaskPlace(
    TaskBook book, TaskFolder folder, int number, WorktreeOptions options, string project, TimeProvider time, ILogger logger)
{
    private const string NoEffect = "its agent has changed nothing";
    private const int LongestSubject = 60;

    private AgentTask Task => book.Find(number)!;

    /// <summary>Makes the worktree if the task is to have one and has none. A <see cref="WorkspaceException"/> says why it cannot be
    /// made.</summary>
    public async Task EnterAsync(AgentWork work)
    {
        var maker = new WorktreeMaker(GitOf(work), options);
        if (Task.Worktree is { IsReady: true } known) await maker.RestoreAsync(known);
        else if (Task.IsIsolated && (Task.Worktree is not null || await maker.IsPossibleAsync()))
        {
            var planned = Task.Worktree ?? await maker.PlanAsync(number);
            book.Change(number, t => t with { Worktree = planned });
            await maker.MakeAsync(planned);
            work.Project = planned.Project;
            await PrepareAsync(work);
            book.Change(number, t => t with { Worktree = planned with { IsReady = true } });
        }
        if (Task.Worktree is { } worktree) work.Project = worktree.Project;
    }

    /// <summary>True if another task that is at work there may change what this one may.</summary>
    public bool NeedsProject => Task.Worktree is null && Task.Permission != AgentPermission.Plan;

    /// <summary>Writes changes.patch; an agent that was to change something and did not has failed. Returns why, or null.</summary>
    /// <param name="work">The run.</param>
    /// <param name="isDone">The task is done: what is not committed is, and a worktree in which nothing was done is given up.</param>
    public async Task<string?> KeepAsync(AgentWork work, bool isDone)
    {
        if (Task.Worktree is not { IsReady: true } worktree) return null;
        var kept = new WorktreeWork(GitOf(work), worktree, options);
        var isUnchanged = await kept.IsUnchangedAsync();
        if (!isUnchanged)
        {
            var index = folder.FileOf(number, "index.tmp");
            var stat = await kept.DiffAsync(folder.FileOf(number, "changes.patch"), file => GitOf(work, file), index);
            book.Change(number, t => t with { DiffStat = stat.Trim('\n') });
            if (isDone) await kept.CommitAsync(Subject());
            return null;
        }
        if (!isDone) return null;
        if (await kept.RemoveAsync() is null) book.Change(number, static t => t with { Worktree = null });
        return Task.Permission == AgentPermission.Plan ? null : NoEffect;
    }

    private async Task PrepareAsync(AgentWork work)
    {
        if (options.Setup.Count == 0) return;
        work.Say($"setup: {string.Join(' ', options.Setup)}");
        var end = await work.Call(Task, time, logger).RunAsync(options.Setup, work.Project, work.Write);
        if (!end.IsSuccess) throw new WorkspaceException($"agents.worktree.setup failed: {end.Why}");
    }

    private string Subject()
    {
        var line = folder.Prompt(number).TrimStart().Split('\n')[0].Trim();
        var prompt = line.Length <= LongestSubject ? line : line[..LongestSubject] + "…";
        return $"{AgentRequest.NameOf(number)}: {prompt}";
    }

    private Git GitOf(AgentWork work, string? index = null)
    {
        var environment = Git.Environment(work.EnvironmentFor(null, Task));
        if (index is not null) environment["GIT_INDEX_FILE"] = index;
        return new Git(new ProgramCall(environment, work.Run, time, logger), project);
    }
}
