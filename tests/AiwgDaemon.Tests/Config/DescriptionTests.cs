using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AiwgDaemon.Config;
using AiwgDaemon.Config.Description;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Config;

/// <summary>What is derived from the description of the keys cannot drift from it.</summary>
public sealed partial class DescriptionTests
{
    [Fact]
    public void The_commented_file_says_the_same_as_the_default_one()
    {
        var template = Load(ConfigTemplate.Yaml());
        template.Errors.ShouldBeEmpty();
        template.Warnings.ShouldBeEmpty();
        ConfigDifference.Describe(Load(DefaultConfiguration.Json).Configuration!, template.Configuration!).ShouldBeEmpty();
    }

    [Fact]
    public void The_commented_file_is_valid_with_every_setting_switched_on()
    {
        var all = Setting().Replace(ConfigTemplate.Yaml(), "$1");
        var result = Load(all, _ => "https://set.example");
        result.Errors.ShouldBeEmpty(all);
        foreach (var section in ConfigDescription.Root.Keys.Where(k => !k.Ignored)) all.ShouldContain($"\n{section.Name}:");
    }

    [Fact]
    public void The_commented_file_is_the_approved_one() =>
        ConfigTemplate.Yaml().ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff().WithFileExtension("yaml"));

    [Fact]
    public void The_key_reference_is_the_approved_one() =>
        KeyReference.Markdown().ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff().WithFileExtension("md"));

    [Fact]
    public void The_key_reference_in_the_documents_is_current()
    {
        var text = Documents.Page("configuration");
        var start = text.IndexOf(KeyReference.Start, StringComparison.Ordinal);
        start.ShouldBeGreaterThanOrEqualTo(0, "configuration.md has no key reference: copy Config/Golden's, with its markers");
        var end = text.IndexOf(KeyReference.End, start, StringComparison.Ordinal) + KeyReference.End.Length;
        text[start..end].ShouldBe(KeyReference.Markdown().TrimEnd('\n'));
    }

    [Fact]
    public void Every_default_is_valid_itself()
    {
        foreach (var (path, key) in AllKeys(ConfigDescription.Root, ""))
            if (key.Default is not null && key.Shape is not ObjectShape)
                Should.NotThrow(() => DefaultNode.Parse(key.Default), path);
        Load("{}").Errors.ShouldBeEmpty();
    }

    [Fact]
    public void Every_key_has_a_sentence_that_ends()
    {
        foreach (var (path, key) in AllKeys(ConfigDescription.Root, "")) key.About.ShouldEndWith(".", customMessage: path);
    }

    [Fact]
    public void The_schema_is_JSON_and_has_every_key()
    {
        using var schema = JsonDocument.Parse(ConfigSchema.Write());
        schema.RootElement.GetProperty("$schema").GetString().ShouldBe("https://json-schema.org/draft/2020-12/schema");
        var text = Encoding.UTF8.GetString(ConfigSchema.Write());
        foreach (var (path, key) in AllKeys(ConfigDescription.Root, "")) text.ShouldContain($"\"{key.Name}\": {{", customMessage: path);
    }

    private static IEnumerable<(string Path, Key Key)> AllKeys(Shape shape, string path) => shape switch
    {
        ObjectShape map => map.Keys.SelectMany(k => AllKeys(k.Shape, KeyPath.Key(path, k.Name)).Prepend((KeyPath.Key(path, k.Name), k))),
        ListShape list => AllKeys(list.Item, path + "[]"),
        DictionaryShape dictionary => AllKeys(dictionary.Value, path + "." + dictionary.KeyWord),
        _ => [],
    };

    private static ConfigResult Load(string text, Func<string, string?>? environment = null) =>
        ConfigLoader.Load(Encoding.UTF8.GetBytes(text), "daemon.yaml", environment ?? (_ => null));

    [GeneratedRegex(@"(?m)^#(\s*(?:- )?\w+:.*)$")]
    private static partial Regex Setting();
}
