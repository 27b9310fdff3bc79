namespace AiwgDaemon.Config.Description;

/// <summary>Shapes that keys of several sections have.</summary>
internal static class CommonShapes
{
    public static BooleanShape Flag { get; } = new();

    public static Key Enabled(string about, string @default) => new("enabled", Flag, about) { Default = @default };

    public static NumberShape Whole(double min, double max) => new(min, max, whole: true);

    public static NumberShape Fraction(double min, double max) => new(min, max, whole: false);

    public static ListShape Patterns() =>
        new("a list of patterns", new TextShape("a pattern", TextChecks.IgnorePattern)) { OrSingle = true };

    public static ObjectShape Program() =>
        new(
            "a map with the key argv",
            new Key(
                "argv",
                new ListShape("a list of words", new TextShape("text") { AnyScalar = true, MayBeEmpty = true }) { NotEmpty = true },
                "Program and arguments, no shell."
            )
            {
                Example = "[npm, test]",
            }
        );

    public static ListShape Variables() =>
        new(
            "the name of an environment variable, or a list of them",
            new TextShape("the name of an environment variable", TextChecks.Variable)
        )
        {
            OrSingle = true,
            NotEmpty = true,
        };
}
