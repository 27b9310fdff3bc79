using AiwgDaemon.Platform;
using AiwgDaemon.Sources.Watch.Changes;
using AiwgDaemon.Sources.Watch.Entries;
using AiwgDaemon.Sources.Watch.Ignore;
using AiwgDaemon.Sources.Watch.Listing;
using AiwgDaemon.Sources.Watch.Watches;

namespace AiwgDaemon.Sources.Watch;

/// <summary>The parts of a <see cref="WatchTree"/>, put together by hand: each knows only parts that stand above it.</summary>
internal sealed class WatchTreeParts
{
    public WatchTreeParts(
        WatchPlan plan, Inotify? inotify, PortableWatcher? portable, MountTable mounts, TimeProvider time, WatchIssues issues)
    {
        bool eventless = inotify is null, hinted = portable is not null;
        (Plan, Progress) = (new CurrentPlan(plan), new WorkProgress(time));
        // What is known.
        var table = new EntryTable();
        var paths = new EntryPaths(table);
        var coverage = new Coverage();
        Pins = new PinnedEntries(table);
        Places = new ForeignPlaces(paths, Pins, Plan);
        Watermarks = new Watermarks(table, hinted);
        // Ignore rules.
        ExcludeFiles = new ExcludeFiles(inotify, Map);
        Levels = new GitIgnoreLevels(table, ExcludeFiles, issues.IgnoreFiles);
        Filter = new WatchFilter(table, paths, Pins, coverage, Levels, Plan);
        IgnoreFiles = new ChangedIgnoreFiles(table, paths, Plan, Filter, Levels, Debouncer, Watermarks, time);
        // Watches.
        Filesystems = new EntryFilesystems(table, paths, Pins, Plan, mounts);
        Polled = new PolledDirectories(table, coverage, Plan, issues, eventless);
        Hinted = new HintedRoots(table, paths, Pins, portable);
        var watches = new DirectoryWatches(table, paths, coverage, Map, Filesystems, Polled, Hinted, ExcludeFiles, inotify);
        var unreadable = new UnreadableDirectories(table, paths, watches, issues);
        var untold = new UntoldRoots(table, paths, Plan, Hinted);
        Trails = new LinkTrails(paths, Plan, ExcludeFiles, inotify);
        // Folding.
        Leaving = new LeavingEntries(table, Debouncer, Polled, time, hinted);
        Folding = new ChangeFolding(table, Debouncer, Leaving, Filter, unreadable, time);
        Subtrees = new Subtrees(table, Folding, watches, Levels, Filter, unreadable, Leaving, time);
        Marks = new FileMarks(table, paths, Places);
        Learner = eventless ? null : new MarkLearner(table, Marks);
        var comparison = new FileComparison(table, Marks, Folding, eventless);
        var moves = new MoveHalves(table, paths, Debouncer);
        Due = new DueChanges(table, paths, Marks, moves, Filter, time, Plan);
        Files = new WatchedFiles(table, paths, Plan, mounts, comparison, Folding, inotify);
        // Listings.
        var queue = new ScanQueue();
        var examiner = new EntryExaminer(table, paths, Filter, Places, watches, Folding, Subtrees, comparison, Leaving, Watermarks, queue);
        Scanner = new DirectoryScanner(
            table, paths, Plan, watches, unreadable, Filter, Levels, IgnoreFiles, examiner, Subtrees, Progress, eventless);
        var onDisk = new PinnedOnDisk(table, paths, Pins, Places, Trails, untold, Marks, comparison, Folding, Subtrees);
        Reconciler = new Reconciler(table, Plan, Pins, coverage, Filter, watches, Subtrees, onDisk, Scanner, queue);
        RuleUpdate = new IgnoreRuleUpdate(table, IgnoreFiles, Reconciler, Watermarks, time);
        LeavingRelease = new LeavingRelease(table, paths, Leaving, comparison, Subtrees, Reconciler, time);
        Polls = new PollRound(Plan, Polled, Files, untold, IgnoreFiles, Reconciler, Watermarks);
        // Events.
        Deferred = new DeferredWork(table, Reconciler, Files);
        var directories = new DirectoryArrivals(table, Places, Filter, watches, Folding, Subtrees, moves, Reconciler, Watermarks);
        var files = new FileArrivals(table, paths, Filter, Folding, Subtrees, moves);
        var names = new NameEvents(table, paths, Places, Subtrees, moves, directories, files, Deferred);
        Events = new InotifyEvents(table, Plan, Map, watches, Files, ExcludeFiles, IgnoreFiles, names, Deferred);
        Hints = new HintEvents(table, Plan, Filter, ExcludeFiles, IgnoreFiles, Folding, Reconciler, Deferred, portable);
        Status = new TreeStatus(table, Plan, Polled, Hinted);
    }

    public WatchMap Map { get; } = new();

    public Debouncer Debouncer { get; } = new();

    public WorkProgress Progress { get; }

    public CurrentPlan Plan { get; }

    public PinnedEntries Pins { get; }

    public ForeignPlaces Places { get; }

    public Watermarks Watermarks { get; }

    public ExcludeFiles ExcludeFiles { get; }

    public GitIgnoreLevels Levels { get; }

    public WatchFilter Filter { get; }

    public ChangedIgnoreFiles IgnoreFiles { get; }

    public EntryFilesystems Filesystems { get; }

    public PolledDirectories Polled { get; }

    public HintedRoots Hinted { get; }

    public LinkTrails Trails { get; }

    public LeavingEntries Leaving { get; }

    public ChangeFolding Folding { get; }

    public Subtrees Subtrees { get; }

    public FileMarks Marks { get; }

    /// <summary>Null if there is no inotify: then every file has a mark from the beginning.</summary>
    public MarkLearner? Learner { get; }

    public DueChanges Due { get; }

    public WatchedFiles Files { get; }

    public DirectoryScanner Scanner { get; }

    public Reconciler Reconciler { get; }

    public IgnoreRuleUpdate RuleUpdate { get; }

    public LeavingRelease LeavingRelease { get; }

    public PollRound Polls { get; }

    public DeferredWork Deferred { get; }

    public InotifyEvents Events { get; }

    public HintEvents Hints { get; }

    public TreeStatus Status { get; }
}
