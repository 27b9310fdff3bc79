namespace AiwgDaemon.Api;

/// <summary>What an operation does to the daemon; a door may offer some of it only.</summary>
internal enum Access
{
    /// <summary>Changes nothing.</summary>
    Read,

    /// <summary>Gives the daemon something to do: an event, a task.</summary>
    Submit,

    /// <summary>Changes what the daemon does, or ends it.</summary>
    Control,
}

/// <summary>Each access as the word that people write.</summary>
internal static class AccessWords
{
    public static readonly string[] All = ["read", "submit", "control"];

    public static Access Parse(string word) => (Access)Array.IndexOf(All, word);

    public static string Of(Access access) => All[(int)access];
}
