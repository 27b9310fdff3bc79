using AiwgDaemon.State;
using static AiwgDaemon.Api.Schema.JsonSchema;

namespace AiwgDaemon.Api.Schema;

/// <summary>What several operations take or answer.</summary>
internal static class Shapes
{
    public static JsonSchema Action => TypeSchema.Of(StateJsonContext.Default.ActionRecord);

    public static JsonSchema State => TypeSchema.Of(StateJsonContext.Default.DaemonState);

    public static JsonSchema Event => Object(
        ("id", Text("A UUID of version 7: it grows with time.") with { Format = "uuid" }),
        ("timestamp", Instant("When it came.")),
        ("source", Source("Where it came from.")),
        ("type", Text("For instance file.modify.")),
        ("payload", Value("What its source tells; for a manual event any JSON value.")),
        ("action?", Text("The action that a manual event asks for.")),
        ("redelivered?", Flag("True if it was delivered before."))
    ) with { Name = "Event" };

    public static JsonSchema DeadLetter => Object(
        ("id", Text("A UUID.") with { Format = "uuid" }),
        ("handler", Text("Who could not handle the event.")),
        ("error", Text("What the last attempt failed with.")),
        ("attempts", Integer("How often it was tried.")),
        ("first_at", Instant("The first attempt.")),
        ("last_at", Instant("The last attempt.")),
        ("event", Event)
    ) with { Name = "DeadLetter" };

    public static Parameter Limit => new("limit", Integer($"At most so many, up to {ApiCall.MostListed}; 50 if it is missing."));

    public static JsonSchema Source(string about) =>
        Choice(about, [.. EventCatalogue.All.Select(kind => kind.Word)]);

    public static Parameter Id(string about) => new("id", Text(about), IsRequired: true);

    /// <summary>An object with one member that is true.</summary>
    public static JsonSchema Done(string name, string about) => Object((name, Flag(about)));
}
