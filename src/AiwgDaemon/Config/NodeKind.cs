using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config;

/// <summary>What a node is, in words for messages: what stands there is not what belongs there.</summary>
internal static class NodeKind
{
    public static void WrongKind(this Findings findings, ConfigNode node, string path, Shape shape, string instead) =>
        findings.WrongKind(node, path, shape.Noun, instead);

    public static void WrongKind(this Findings findings, ConfigNode node, string path, string wanted, string instead) =>
        findings.Error(node.Place, path, IsNull(node) ? "has no value" : $"is {Of(node)}, not {wanted}", instead);

    public static bool IsNull(ConfigNode node) => node is ScalarNode { Plain: true } scalar && CoreSchema.IsNull(scalar.Text);

    public static string Of(ConfigNode node) =>
        node switch
        {
            MapNode => "a map",
            ListNode => "a list",
            ScalarNode { Plain: true } plain when CoreSchema.KindOf(plain.Text) != "text" =>
                $"{CoreSchema.KindOf(plain.Text)} ({Quoted.Short(plain.Text)})",
            ScalarNode scalar => $"text ({Quoted.Text(scalar.Text)})",
            _ => "a value",
        };
}
