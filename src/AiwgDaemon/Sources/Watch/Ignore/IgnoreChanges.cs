namespace AiwgDaemon.Sources.Watch.Ignore;

/// <summary>
/// Directories whose ignore files have changed, and when that takes effect: once they have been left alone for the quiet time, which is
/// when the change of the file itself is reported. What comes with it in one burst (a checkout) is so judged by both the former and the new
/// rules. Times are timestamps, but for <see cref="Since"/>. Pure.
/// </summary>
internal sealed class IgnoreChanges
{
    private readonly HashSet<int> _directories = [];
    private long _latest = long.MaxValue;

    /// <summary>When the changes take effect; <see cref="long.MaxValue"/> if there are none.</summary>
    public long Due { get; private set; } = long.MaxValue;

    /// <summary>What has come into being before this moment was there before the rules changed.</summary>
    public DateTimeOffset Since { get; private set; } = DateTimeOffset.MaxValue;

    /// <summary>Notes a change.</summary>
    /// <param name="directory">Where the file lies; its rules hold below.</param>
    /// <param name="now">The time.</param>
    /// <param name="quiet">How long the files must have been left alone.</param>
    /// <param name="ceiling">How long that may take at most.</param>
    /// <param name="since">Up to when nothing had changed.</param>
    public void Note(int directory, long now, long quiet, long ceiling, DateTimeOffset since)
    {
        if (_directories.Count == 0) (_latest, Since) = (now + ceiling, since);
        else if (since < Since) Since = since;
        _directories.Add(directory);
        Due = Math.Min(now + quiet, _latest);
    }

    /// <summary>Gives the directories and forgets them; <see cref="Since"/> stays.</summary>
    public int[] Take()
    {
        int[] directories = [.. _directories];
        _directories.Clear();
        Due = long.MaxValue;
        return directories;
    }
}
