using AiwgDaemon.Actions;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Agents.Workspaces;

/// <summary>Makes the worktree of a task, with what is not in the repository and is needed all the same.</summary>
internal sealed class WorktreeMaker(Git git, WorktreeOptions options)
{
    private string Project => git.Directory;

    /// <summary>True if the project is in a repository with at least one commit.</summary>
    public async Task<bool> IsPossibleAsync()
    {
        try
        {
            return await git.LineAsync("rev-parse", "--verify", "--quiet", $"{options.Base}^{{commit}}") is { Length: > 0 };
        }
        catch (SpawnException e) when (e.Errno == Libc.ENOENT)
        {
            // Without git no directory is a repository.
            return false;
        }
    }

    /// <summary>Where the worktree of a task is to be: a place and a branch that nothing has. A <see cref="WorkspaceException"/> says what
    /// stands in the way.</summary>
    public async Task<Worktree> PlanAsync(int task)
    {
        var root = Path.GetFullPath(options.Directory, Project);
        var commit = (await git.RunAsync("rev-parse", "--verify", $"{options.Base}^{{commit}}")).TrimEnd('\n');
        var prefix = (await git.RunAsync("rev-parse", "--show-prefix")).TrimEnd('\n').TrimEnd('/');
        for (var i = 1; ; i++)
        {
            // The files of an earlier task of this number may be gone while its work is there.
            var name = AgentRequest.NameOf(task) + (i == 1 ? "" : $"-{i}");
            var planned = new Worktree(Path.Combine(root, name), $"aiwg/{name}", commit, prefix, IsReady: false);
            if (!Path.Exists(planned.Path) && await TipAsync(planned.Branch) is null) return planned;
        }
    }

    /// <summary>Makes it as planned. What a crash left of the same attempt is removed first: no agent has worked there.</summary>
    public async Task MakeAsync(Worktree planned)
    {
        await RemoveHalfAsync(planned);
        MakeRoot(Path.GetDirectoryName(planned.Path)!);
        await git.RunAsync("worktree", "add", "-b", planned.Branch, planned.Path, planned.Base);
        Link(planned);
        Copy(planned);
    }

    /// <summary>A worktree whose directory is gone is made anew of its branch.</summary>
    public async Task RestoreAsync(Worktree worktree)
    {
        if (Directory.Exists(worktree.Path)) return;
        await git.TryAsync("worktree", "prune");
        await git.RunAsync("worktree", "add", worktree.Path, worktree.Branch);
        Link(worktree);
        Copy(worktree);
    }

    private async Task RemoveHalfAsync(Worktree planned)
    {
        if (Path.Exists(planned.Path)) await git.TryAsync("worktree", "remove", "--force", planned.Path);
        await git.TryAsync("worktree", "prune");
        // Killed before git knew of it.
        if (Directory.Exists(planned.Path)) Directory.Delete(planned.Path, recursive: true);
        if (await TipAsync(planned.Branch) == planned.Base) await git.TryAsync("branch", "-D", planned.Branch);
    }

    private Task<string?> TipAsync(string branch) => git.LineAsync("rev-parse", "--verify", "--quiet", $"refs/heads/{branch}");

    // Nothing of it is ever committed.
    private static void MakeRoot(string root)
    {
        Directory.CreateDirectory(root);
        var ignore = Path.Combine(root, ".gitignore");
        if (!File.Exists(ignore)) File.WriteAllText(ignore, "*\n");
    }

    private void Link(Worktree worktree)
    {
        foreach (var name in options.Link)
        {
            var (from, to) = (Path.GetFullPath(name, Project), Path.GetFullPath(name, worktree.Project));
            if (!Path.Exists(from) || Path.Exists(to)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.CreateSymbolicLink(to, from);
        }
    }

    private void Copy(Worktree worktree)
    {
        foreach (var name in options.Copy)
        {
            var (from, to) = (Path.GetFullPath(name, Project), Path.GetFullPath(name, worktree.Project));
            if (File.Exists(from)) CopyFile(from, to);
            else if (Directory.Exists(from))
                foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
                    CopyFile(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }

    private static void CopyFile(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to, overwrite: true);
    }
}
