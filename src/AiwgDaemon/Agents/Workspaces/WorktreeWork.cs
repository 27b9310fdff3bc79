using System.Text;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Agents.Workspaces;

/// <summary>What has been done in the worktree of a task: kept as a patch, as a commit, or given up if it is nothing.</summary>
internal sealed class WorktreeWork(Git git, Worktree worktree, WorktreeOptions options)
{
    private const int LongestStat = 16 * 1024;

    private readonly Git _git = git.In(worktree.Path);

    // What was linked into it is not of its repository, and a pattern for a directory does not match a link.
    private string[] All => [".", .. options.Link.Select(name => $":(exclude,top){Path.Combine(worktree.Prefix, name)}")];

    /// <summary>True if nothing differs from where it began, and nothing was committed.</summary>
    public async Task<bool> IsUnchangedAsync() => !await IsDirtyAsync() && await HeadAsync() == worktree.Base;

    /// <summary>True if something is not committed; files that git ignores do not count.</summary>
    public async Task<bool> IsDirtyAsync() => (await _git.RunAsync(["status", "--porcelain", "--", .. All])).Length > 0;

    public async Task<string> HeadAsync() => (await _git.RunAsync("rev-parse", "HEAD")).TrimEnd('\n');

    /// <summary>Writes all that differs from the beginning, new files too, into a file; returns what <c>git diff --stat</c> says. Does not
    /// touch the worktree's own index.</summary>
    /// <param name="patch">The file, absolute.</param>
    /// <param name="index">A file for the time being, absolute.</param>
    public async Task<string> DiffAsync(string patch, Func<string, Git> withIndex, string index)
    {
        var scratch = withIndex(index).In(worktree.Path);
        try
        {
            await scratch.RunAsync("read-tree", "HEAD");
            await scratch.RunAsync(["add", "--all", "--", .. All]);
            await scratch.RunAsync("diff", "--cached", "--binary", "--no-ext-diff", $"--output={patch}", worktree.Base);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(patch, SecureFile.Private);
            var stat = await scratch.RunAsync("diff", "--cached", "--stat=100", "--no-ext-diff", worktree.Base);
            return stat.Length <= LongestStat ? stat : stat[^LongestStat..];
        }
        finally
        {
            File.Delete(index);
        }
    }

    /// <summary>Commits what is not committed, under the name of the task.</summary>
    public async Task CommitAsync(string message)
    {
        if (!await IsDirtyAsync()) return;
        await _git.RunAsync(["add", "--all", "--", .. All]);
        await _git.RunAsync("commit", "--quiet", "--no-verify", "-m", message);
    }

    /// <summary>Removes worktree and branch if nothing can be lost by it; else says what would be.</summary>
    public async Task<string?> RemoveAsync()
    {
        if (Directory.Exists(worktree.Path))
        {
            if (await IsDirtyAsync()) return "it has changes that are not committed";
            var branch = await _git.LineAsync("symbolic-ref", "--short", "-q", "HEAD");
            if (branch != worktree.Branch) return $"{branch ?? "a single commit"} is checked out there, not its branch";
        }
        var tip = await git.LineAsync("rev-parse", "--verify", "--quiet", $"refs/heads/{worktree.Branch}");
        if (tip is not null && tip != worktree.Base && !(await git.TryAsync("merge-base", "--is-ancestor", tip, "HEAD")).IsSuccess)
            return "its commits are not merged";
        if (Directory.Exists(worktree.Path))
        {
            RemoveLinks();
            // Without --force: git itself refuses what it would lose.
            await git.RunAsync("worktree", "remove", worktree.Path);
        }
        if (tip is not null) await git.RunAsync("branch", "-D", worktree.Branch);
        return null;
    }

    private void RemoveLinks()
    {
        foreach (var name in options.Link)
        {
            var link = new FileInfo(Path.GetFullPath(name, worktree.Project));
            if (link.LinkTarget is not null) link.Delete();
        }
    }
}
