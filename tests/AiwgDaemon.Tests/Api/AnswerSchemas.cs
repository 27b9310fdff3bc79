using System.Text.Json;
using System.Text.Json.Nodes;
using AiwgDaemon.Api;
using Json.Schema;

namespace AiwgDaemon.Tests.Api;

/// <summary>Checks calls and answers against what <c>api schema</c> says, with a validator that knows nothing of the product.</summary>
internal sealed class AnswerSchemas
{
    private static readonly EvaluationOptions Strict = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly Dictionary<string, (JsonSchema Parameters, JsonSchema Result)> _methods = new(StringComparer.Ordinal);

    public AnswerSchemas()
    {
        var document = JsonNode.Parse(
            System.Text.Encoding.UTF8.GetString(OpenRpc.Write()).Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal)
        )!;
        var defs = document["components"]!["schemas"]!;
        foreach (var method in document["methods"]!.AsArray())
        {
            var parameters = new JsonObject();
            foreach (var parameter in method!["params"]!.AsArray())
                parameters[(string)parameter!["name"]!] = parameter["schema"]!.DeepClone();
            var taken = new JsonObject { ["type"] = "object", ["properties"] = parameters };
            _methods[(string)method["name"]!] = (Of(taken, defs), Of(method["result"]!["schema"]!.DeepClone(), defs));
        }
    }

    /// <summary>The methods whose answers were checked.</summary>
    public HashSet<string> Checked { get; } = new(StringComparer.Ordinal);

    public void Check(string method, JsonElement parameters, JsonElement answer)
    {
        Check(_methods[method].Parameters, parameters, $"parameters of {method}");
        Check(_methods[method].Result, answer, $"answer of {method}");
        Checked.Add(method);
    }

    private static void Check(JsonSchema schema, JsonElement value, string what)
    {
        var found = schema.Evaluate(value, Strict);
        var errors = (found.Details ?? [])
            .Where(detail => detail.Errors is not null)
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"));
        found.IsValid.ShouldBeTrue($"{what}: {value}\n{string.Join('\n', errors)}");
    }

    // A client must take members that it does not know; here one that the table does not know is a member that somebody forgot.
    private static JsonSchema Of(JsonNode schema, JsonNode defs)
    {
        var whole = (JsonObject)schema;
        whole["$schema"] = "https://json-schema.org/draft/2020-12/schema";
        whole["$defs"] = defs.DeepClone();
        Close(whole);
        return JsonSchema.FromText(whole.ToJsonString());
    }

    private static void Close(JsonNode? node)
    {
        if (node is JsonArray array) foreach (var item in array) Close(item);
        if (node is not JsonObject members) return;
        foreach (var (_, value) in members.ToList()) Close(value);
        if (members["type"] is JsonValue type && (string?)type == "object" && members["properties"] is JsonObject)
            members.TryAdd("additionalProperties", false);
    }
}
