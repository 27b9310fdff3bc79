// Writes a CycloneDX 1.6 SBOM from a project's resolved packages: dotnet run scripts/sbom.cs -- ASSETS RID VERSION COMMIT [OPENSSL]
// Packages whose code is in the program are "required"; those that only helped to build it are "excluded". The same input
// gives the same bytes: no time, and a serial number that is made of the content.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

if (args is not [var assetsFile, var rid, var version, var commit, .. var rest])
{
    Console.Error.WriteLine("usage: sbom.cs ASSETS RID VERSION COMMIT [OPENSSL-VERSION]");
    return 2;
}
using var assets = JsonDocument.Parse(File.ReadAllBytes(assetsFile));
var root = assets.RootElement;
var target = root.GetProperty("targets").EnumerateObject().Single(t => t.Name.EndsWith("/" + rid, StringComparison.Ordinal)).Value;
var libraries = root.GetProperty("libraries");
var components = new SortedDictionary<string, Component>(StringComparer.Ordinal);
foreach (var library in target.EnumerateObject().Where(l => l.Value.GetProperty("type").GetString() == "package"))
{
    var (name, number) = (library.Name.Split('/')[0], library.Name.Split('/')[1]);
    var isInside = Has(library.Value, "runtime") || Has(library.Value, "native");
    var hash = Convert.ToHexStringLower(Convert.FromBase64String(libraries.GetProperty(library.Name).GetProperty("sha512").GetString()!));
    var needs = library.Value.TryGetProperty("dependencies", out var dependencies) ? dependencies.EnumerateObject().Select(d => d.Name).ToArray() : [];
    components[name] = new(name, number, $"pkg:nuget/{name}@{number}", isInside, hash, needs);
}
// What the SDK itself adds: the runtime, the framework and the compiler for this system.
foreach (var framework in root.GetProperty("project").GetProperty("frameworks").EnumerateObject())
{
    if (!framework.Value.TryGetProperty("downloadDependencies", out var downloads)) continue;
    foreach (var download in downloads.EnumerateArray())
    {
        var name = download.GetProperty("name").GetString()!;
        var number = download.GetProperty("version").GetString()!.Trim('[', ']').Split(',')[0].Trim();
        var isRuntime = name.Contains(".Runtime.", StringComparison.OrdinalIgnoreCase) && name.EndsWith(rid, StringComparison.OrdinalIgnoreCase);
        components[name] = new(name, number, $"pkg:nuget/{name}@{number}", isRuntime, null, []);
    }
}
if (rest is [{ Length: > 0 } openssl, ..]) components["openssl"] = new("openssl", openssl, $"pkg:generic/openssl@{openssl}", true, null, []);

var own = $"pkg:nuget/AiwgDaemon@{version}";
using var buffer = new MemoryStream();
Write(buffer, new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', components.Values.Select(c => c.Purl + c.Hash).Prepend($"{own} {rid} {commit}")))).AsSpan(0, 16)));
buffer.WriteTo(Console.OpenStandardOutput());
Console.WriteLine();
return 0;

void Write(Stream stream, Guid serial)
{
    using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
    json.WriteStartObject();
    json.WriteString("bomFormat", "CycloneDX");
    json.WriteString("specVersion", "1.6");
    json.WriteString("serialNumber", $"urn:uuid:{serial}");
    json.WriteNumber("version", 1);
    json.WriteStartObject("metadata");
    json.WriteStartObject("component");
    json.WriteString("type", "application");
    json.WriteString("bom-ref", own);
    json.WriteString("name", "aiwg-daemon");
    json.WriteString("version", version);
    json.WriteString("purl", own);
    json.WriteStartArray("properties");
    foreach (var (name, value) in new[] { ("commit", commit), ("rid", rid) })
    {
        json.WriteStartObject();
        json.WriteString("name", $"aiwg-daemon:{name}");
        json.WriteString("value", value);
        json.WriteEndObject();
    }
    json.WriteEndArray();
    json.WriteEndObject();
    json.WriteEndObject();
    json.WriteStartArray("components");
    foreach (var component in components.Values)
    {
        json.WriteStartObject();
        json.WriteString("type", "library");
        json.WriteString("bom-ref", component.Purl);
        json.WriteString("name", component.Name);
        json.WriteString("version", component.Version);
        json.WriteString("scope", component.IsInside ? "required" : "excluded");
        if (component.Hash is not null)
        {
            json.WriteStartArray("hashes");
            json.WriteStartObject();
            json.WriteString("alg", "SHA-512");
            json.WriteString("content", component.Hash);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        json.WriteString("purl", component.Purl);
        json.WriteEndObject();
    }
    json.WriteEndArray();
    json.WriteStartArray("dependencies");
    var direct = components.Values.Where(c => !components.Values.Any(other => other.Needs.Contains(c.Name)));
    WriteDependency(json, own, direct);
    foreach (var component in components.Values) WriteDependency(json, component.Purl, component.Needs.Where(components.ContainsKey).Select(n => components[n]));
    json.WriteEndArray();
    json.WriteEndObject();
}

static void WriteDependency(Utf8JsonWriter json, string of, IEnumerable<Component> on)
{
    json.WriteStartObject();
    json.WriteString("ref", of);
    json.WriteStartArray("dependsOn");
    foreach (var component in on) json.WriteStringValue(component.Purl);
    json.WriteEndArray();
    json.WriteEndObject();
}

// An empty placeholder file stands where a package has nothing for this framework.
static bool Has(JsonElement library, string kind) =>
    library.TryGetProperty(kind, out var files) && files.EnumerateObject().Any(f => !f.Name.EndsWith("_._", StringComparison.Ordinal));

internal sealed record Component(string Name, string Version, string Purl, bool IsInside, string? Hash, string[] Needs);
