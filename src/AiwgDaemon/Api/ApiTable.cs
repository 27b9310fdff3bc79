using AiwgDaemon.Api.Operations;

namespace AiwgDaemon.Api;

/// <summary>All operations of the daemon. A door finds them by name; who documents them goes through them in this order.</summary>
internal static class ApiTable
{
    private static readonly Lazy<Dictionary<string, Operation>> ByName = new(static () =>
        All.ToDictionary(operation => operation.Name, StringComparer.Ordinal));

    public static IReadOnlyList<Operation> All =>
        [
            .. DaemonOperations.All,
            .. AutomationOperations.All,
            .. EventOperations.All,
            .. ActionOperations.All,
            .. DeadLetterOperations.All,
            .. RuleOperations.All,
            .. TaskOperations.All,
            .. ProjectOperations.All,
        ];

    /// <summary>Null if there is none.</summary>
    public static Operation? Find(string name) => ByName.Value.GetValueOrDefault(name);
}
