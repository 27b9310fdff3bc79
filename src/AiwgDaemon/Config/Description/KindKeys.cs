using AiwgDaemon.Actions.Kinds;

namespace AiwgDaemon.Config.Description;

/// <summary>Makes the keys that the kinds of actions have of the catalogue of kinds. A key that several kinds have is one key.</summary>
internal static class KindKeys
{
    private static IReadOnlyList<ActionKind> Kinds => [.. ActionKinds.All.Where(kind => kind.IsConfigurable)];

    /// <summary>The key that says of which kind an action is.</summary>
    public static Key Type() =>
        new(
            "type",
            new ChoiceShape([.. Kinds.Select(kind => kind.Name)]),
            $"{string.Join("; ", Kinds.Select(kind => $"{kind.Name}: {kind.About}"))}."
        )
        {
            Required = true,
            Example = "shell",
        };

    public static IEnumerable<Key> All() =>
        Kinds.SelectMany(kind => kind.Keys).GroupBy(key => key.Name, StringComparer.Ordinal).Select(group => Of(group.First(), group.Key));

    private static Key Of(ActionKey key, string name)
    {
        var users = Kinds
            .Select(kind => (kind.Name, Key: kind.Keys.FirstOrDefault(k => k.Name == name)))
            .Where(user => user.Key is not null)
            .ToList();
        return new(name, ShapeOf(key), About(users!))
        {
            For = [.. users.Select(user => user.Name)],
            RequiredFor = [.. users.Where(user => user.Key!.Required).Select(user => user.Name)],
            Default = key.Default,
            DefaultWords = key.DefaultWords,
            Example = key.Example,
        };
    }

    private static string About(List<(string Kind, ActionKey Key)> users) =>
        users.Select(user => user.Key.About).Distinct(StringComparer.Ordinal).Count() == 1
            ? users[0].Key.About
            : string.Join("; ", users.Select(static user => $"{user.Kind}: {InMiddle(user.Key.About)}")) + ".";

    // A sentence as a part of another one.
    private static string InMiddle(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..].TrimEnd('.');

#pragma warning disable CS8524 // A number that is no form cannot come in; without a last case a missing form is an error (CS8509).
    private static Shape ShapeOf(ActionKey key) =>
        key.Form switch
        {
            KeyForm.Text or KeyForm.Sentence => new TextShape("text"),
            KeyForm.Document => new TextShape("text") { AnyScalar = true, MayBeEmpty = true },
            KeyForm.Words => new ListShape("a list of words", new TextShape("text") { AnyScalar = true, MayBeEmpty = true })
            {
                NotEmpty = true,
            },
            KeyForm.SecretVariable => Variable(),
            KeyForm.Choice => new ChoiceShape([.. key.Choices]),
            KeyForm.Number => new NumberShape(key.Least, key.Most, whole: true),
            KeyForm.Amount => new NumberShape(key.Least, key.Most, whole: false),
            KeyForm.Numbers => new ListShape("a list of whole numbers", new NumberShape(key.Least, key.Most, whole: true))
            {
                OrSingle = true,
                NotEmpty = true,
            },
            KeyForm.Program => CommonShapes.Program(),
            KeyForm.Headers => new DictionaryShape(
                "a map of headers",
                new TextShape("text") { AnyScalar = true, MayBeEmpty = true },
                TextChecks.SentHeader
            )
            {
                KeyWord = "HEADER",
            },
            KeyForm.SecretHeaders => new DictionaryShape("a map of headers to environment variables", Variable(), TextChecks.HeaderName)
            {
                KeyWord = "HEADER",
            },
        };
#pragma warning restore CS8524

    private static TextShape Variable() => new("the name of an environment variable", TextChecks.Variable);
}
