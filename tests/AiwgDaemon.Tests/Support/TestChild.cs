namespace AiwgDaemon.Tests.Support;

/// <summary>The program of AiwgDaemon.TestChild, built beside the tests.</summary>
internal static class TestChild
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        // .../tests/AiwgDaemon.Tests/bin/CONFIGURATION/net10.0/
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = here.Parent!.Name;
        return System.IO.Path.Combine(Repository.Root, "tests", "AiwgDaemon.TestChild", "bin", configuration, here.Name, "test-child");
    }
}
