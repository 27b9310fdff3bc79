namespace AiwgDaemon.Tests.Support;

/// <summary>Where the sources are: found upwards from the test assembly, so that a moved checkout works.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Source => Path.Combine(Root, "src", "AiwgDaemon");

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "AiwgDaemon.sln"))) return directory.FullName;
        throw new DirectoryNotFoundException($"No AiwgDaemon.sln above {AppContext.BaseDirectory}");
    }
}
