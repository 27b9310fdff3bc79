using System.Text;
using AiwgDaemon.Actions;
using AiwgDaemon.Actions.Kinds;
using AiwgDaemon.Bus;
using AiwgDaemon.Config;
using AiwgDaemon.Rules;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Config;

/// <summary>Walks the catalogue of kinds of actions: whoever adds a kind and forgets a part is told which.</summary>
public sealed class ActionKindTests
{
    public static TheoryData<string> Kinds => [.. ActionKinds.All.Where(kind => kind.IsConfigurable).Select(kind => kind.Name)];

    public static TheoryData<string, string> Keys
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var kind in ActionKinds.All.Where(kind => kind.IsConfigurable))
                foreach (var key in kind.Keys) data.Add(kind.Name, key.Name);
            return data;
        }
    }

    [Fact]
    public void Each_type_has_a_kind_with_a_word_of_its_own()
    {
        ActionKinds.All.Select(kind => kind.Type).ShouldBe(Enum.GetValues<ActionType>());
        ActionKinds.All.Select(kind => kind.Name).ShouldBeUnique();
        foreach (var kind in ActionKinds.All)
            (kind is ProgramKind or BuiltInKind or AgentKind).ShouldBeTrue($"{kind.Name} says neither which program it is nor what the daemon does");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_kind_loads_with_what_it_requires_and_is_described_without_a_secret(string name)
    {
        var action = Load(name, Required(name)).ShouldNotBeNull($"the examples of the required keys of {name} are no valid action");
        ActionCommand.Describe(action).ShouldNotBeEmpty($"{name} has no description");
        ActionCommand.Describe(action).ShouldNotContain("https://", Case.Insensitive, $"{name} shows its URL");
        if (ActionKinds.Of(action.Type) is ProgramKind program) program.Command(action).Program.ShouldNotBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_kind_has_a_line_in_the_documents(string name) =>
        Documents.Page("actions").ShouldContain($"\n| `{name}` | ", Case.Sensitive, $"add {name} to the table of types in actions.md");

    [Theory]
    [MemberData(nameof(Keys))]
    public void Each_key_reaches_the_action_and_a_reload_sees_a_change_of_it(string kindName, string keyName)
    {
        var key = Key(kindName, keyName);
        var values = Required(kindName);
        // A task has one of both.
        if (keyName == "prompt_file") values.Remove("prompt");
        values[keyName] = Values(key)[0];
        var one = Load(kindName, values).ShouldNotBeNull($"{kindName}.{keyName}: {values[keyName]} is refused");
        key.Of(one).ShouldNotBeEmpty($"{kindName}.{keyName} does not reach the action");
        values[keyName] = Values(key)[1];
        var other = Load(kindName, values).ShouldNotBeNull($"{kindName}.{keyName}: {values[keyName]} is refused");
        key.Of(one).ShouldNotBe(key.Of(other), $"{kindName}.{keyName}");
        ConfigDifference
            .Describe(With(one), With(other))
            .ShouldBe(["actions: a changed"], $"a reload does not see that {kindName}.{keyName} changed");
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Each_template_is_filled_and_any_other_key_refuses_a_placeholder(string kindName, string keyName)
    {
        var key = Key(kindName, keyName);
        var values = Required(kindName);
        values[keyName] = Values(key)[0] switch
        {
            ['{', 'a', ..] program => program.Replace("]", ", \"{{event.payload.x}}\"]", StringComparison.Ordinal),
            ['[', ..] list => list.Replace("]", ", \"{{event.payload.x}}\"]", StringComparison.Ordinal),
            ['{', ..] => "{X-Value: \"{{event.payload.x}}\"}",
            _ => "\"x {{event.payload.x}}\"",
        };
        if (!key.IsTemplate)
        {
            Errors(kindName, values).ShouldNotBeEmpty($"{kindName}.{keyName} takes a placeholder and never replaces it");
            return;
        }
        Errors(kindName, values).ShouldBeEmpty($"{kindName}.{keyName}");
        var action = Load(kindName, values)!;
        var @event = EventFactory.Create(DateTimeOffset.UnixEpoch, EventSource.Manual, "t", "", "{\"x\": \"the value\"}"u8.ToArray());
        var expanded = Templates.Expand(action, @event, out _);
        var filled = string.Join('\n', key.Of(expanded).Concat(expanded.Env.Values));
        filled.ShouldContain("the value", Case.Sensitive, $"{kindName}.{keyName} is a template and is not filled");
        filled.ShouldNotContain("{{");
        var without = EventFactory.Create(DateTimeOffset.UnixEpoch, EventSource.Manual, "t", "", "{}"u8.ToArray());
        if (ActionKinds.Of(action.Type).MayLackValues) Templates.Expand(action, without, out _);
        else Should.Throw<TemplateException>(() => Templates.Expand(action, without, out _)).Message.ShouldContain("event.payload.x");
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Each_key_has_a_sentence_and_an_example_if_it_is_required(string kindName, string keyName)
    {
        var key = Key(kindName, keyName);
        key.About.ShouldEndWith(".", Case.Sensitive, $"{kindName}.{keyName}");
        if (key.Required) key.Example.ShouldNotBeNull($"{kindName}.{keyName}");
        foreach (var kind in ActionKinds.All)
        foreach (var same in kind.Keys.Where(k => k.Name == keyName))
            (same.Form is KeyForm.Text or KeyForm.Sentence).ShouldBe(
                key.Form is KeyForm.Text or KeyForm.Sentence,
                $"{keyName} of {kind.Name} and of {kindName} hold different things"
            );
    }

    private const string Agents = "agents: {default: one, providers: {one: {type: claude}, two: {type: codex}}}\n";

    private static string[] Values(ActionKey key) => key.Form switch
    {
        KeyForm.Words => ["[one]", "[two]"],
        KeyForm.Program => ["{argv: [one]}", "{argv: [two]}"],
        KeyForm.Choice => [key.Choices[0], key.Choices[1]],
        KeyForm.Number => [$"{key.Least}", $"{key.Most}"],
        KeyForm.Amount => ["0.5", "2"],
        KeyForm.Numbers => [$"[{key.Least}]", $"[{key.Least}, {key.Most}]"],
        KeyForm.SecretVariable => ["ONE", "TWO"],
        KeyForm.Headers => ["{X-One: \"1\"}", "{X-One: \"2\"}"],
        KeyForm.SecretHeaders => ["{X-One: ONE}", "{X-One: TWO}"],
        _ => ["one", "two"],
    };

    private static ActionKey Key(string kind, string key) => ActionKinds.Find(kind)!.Keys.Single(k => k.Name == key);

    private static Dictionary<string, string> Required(string kind) =>
        ActionKinds
            .Find(kind)!
            .Keys.Where(key => key.Required || key is { Name: "prompt", Form: KeyForm.Document })
            .ToDictionary(key => key.Name, key => key.Example!, StringComparer.Ordinal);

    private static ActionDefinition? Load(string kind, Dictionary<string, string> values) => Read(kind, values).Configuration?.Actions["a"];

    private static IReadOnlyList<ConfigError> Errors(string kind, Dictionary<string, string> values) => Read(kind, values).Errors;

    private static ConfigResult Read(string kind, Dictionary<string, string> values)
    {
        var lines = values.Select(pair => $"    {pair.Key}: {pair.Value}\n");
        var file = $"{Agents}actions:\n  a:\n    type: {kind}\n{string.Concat(lines)}";
        return ConfigLoader.Load(Encoding.UTF8.GetBytes(file), "daemon.yaml", _ => "https://set.example");
    }

    private static DaemonConfiguration With(ActionDefinition action) =>
        ConfigLoader.Load("{}"u8, "daemon.yaml", _ => null).Configuration! with
        {
            Actions = new Dictionary<string, ActionDefinition> { ["a"] = action },
        };
}
