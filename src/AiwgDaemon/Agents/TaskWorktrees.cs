using AiwgDaemon.Agents.Workspaces;
using AiwgDaemon.Platform;
using Microsoft.Extensions.Logging;

namespace AiwgDaemon.Agents;

/// <summary>What a person does with the work of tasks in worktrees: sees it, takes it over, gives it up. Nothing is removed that is not
/// committed, or not merged. What cannot be done is a <see cref="WorkspaceException"/>. Thread-safe.</summary>
internal sealed class TaskWorktrees(
    TaskBook book, TaskFolder folder, string project, Func<AgentOptions> options, Func<IReadOnlyList<string>> secrets, TimeProvider time,
    ILogger logger) : IDisposable
{
    // One changes the project's branch at a time.
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>The file with all that the task has changed, brought up to date if its worktree is still there.</summary>
    public async Task<string> DiffAsync(TaskState task)
    {
        var file = folder.FileOf(task.Task.Number, "changes.patch");
        if (task.Task.Worktree is { IsReady: true } worktree && Directory.Exists(worktree.Path))
        {
            var index = folder.FileOf(task.Task.Number, "index.tmp");
            var stat = await WorkOf(worktree).DiffAsync(file, path => GitOf(path), index);
            book.Change(task.Task.Number, t => t with { DiffStat = stat.Trim('\n') });
        }
        return File.Exists(file) ? file : throw new WorkspaceException($"{task.Name} has no changes that were kept");
    }

    /// <summary>Rebases the task's branch on that of the project, has it checked again and merges it; returns the commit.</summary>
    public async Task<string> LandAsync(TaskState task)
    {
        if (task.State != TaskState.Completed) throw new WorkspaceException($"{task.Name} is not completed");
        if (task.Task.Worktree is not { IsReady: true } worktree) throw new WorkspaceException($"{task.Name} has no branch to land");
        await _one.WaitAsync();
        try
        {
            var (git, work) = (GitOf(), WorkOf(worktree));
            await new WorktreeMaker(git, options().Worktree).RestoreAsync(worktree);
            var there = git.In(worktree.Path);
            if (await work.IsDirtyAsync())
                throw new WorkspaceException($"{worktree.Path} has changes that are not committed; commit them there first");
            var branch = await git.LineAsync("symbolic-ref", "--short", "-q", "HEAD")
                ?? throw new WorkspaceException("The project is on no branch; check one out first");
            var rebase = await there.TryAsync("rebase", branch);
            if (!rebase.IsSuccess)
            {
                await there.TryAsync("rebase", "--abort");
                throw new WorkspaceException(
                    $"{worktree.Branch} conflicts with {branch}: rebase it in {worktree.Path}, and land it again ({rebase.Why})");
            }
            await CheckAsync(task, worktree);
            await git.RunAsync("merge", "--ff-only", "--quiet", worktree.Branch);
            var commit = (await git.RunAsync("rev-parse", "HEAD")).TrimEnd('\n');
            var isRemoved = await work.RemoveAsync() is null;
            book.Change(task.Task.Number, t => t with { LandedAs = commit, Worktree = isRemoved ? null : t.Worktree });
            return commit;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Gives the worktree of an ended task up if nothing can be lost by it; null if that is done, else why not.</summary>
    public async Task<string?> CleanAsync(AgentTask task)
    {
        if (task.Worktree is not { } worktree) return null;
        if (task.Outcome is null) return "its task has not ended";
        await _one.WaitAsync();
        try
        {
            if (await WorkOf(worktree).RemoveAsync() is { } why) return why;
            book.Change(task.Number, static t => t with { Worktree = null });
            return null;
        }
        catch (WorkspaceException e)
        {
            return e.Message;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Gives up what has been kept for long enough.</summary>
    public async Task SweepAsync()
    {
        var before = time.GetUtcNow() - options().Worktree.Keep;
        foreach (var task in book.All.Where(t => t.Worktree is not null && t.CompletedAt < before)) await CleanAsync(task);
    }

    public void Dispose() => _one.Dispose();

    private async Task CheckAsync(TaskState task, Worktree worktree)
    {
        if (task.Task.Verify is not { } argv) return;
        var end = await new ProgramCall(Environment(), run: null, time, logger).RunAsync(argv, worktree.Project);
        if (!end.IsSuccess)
            throw new WorkspaceException($"{string.Join(' ', argv)} fails on the rebased branch in {worktree.Path}: {end.Why}");
    }

    private WorktreeWork WorkOf(Worktree worktree) => new(GitOf(), worktree, options().Worktree);

    private Git GitOf(string? index = null)
    {
        var environment = Git.Environment(Environment());
        if (index is not null) environment["GIT_INDEX_FILE"] = index;
        return new Git(new ProgramCall(environment, run: null, time, logger), project);
    }

    private Dictionary<string, string> Environment()
    {
        var environment = new Dictionary<string, string>(InheritedEnvironment.Variables, StringComparer.Ordinal);
        foreach (var name in secrets()) environment.Remove(name);
        return environment;
    }
}
