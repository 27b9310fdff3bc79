using System.Buffers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Api;
using AiwgDaemon.Platform;
using AiwgDaemon.Tests.Control;
using AiwgDaemon.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiwgDaemon.Tests.Api;

/// <summary>The table of operations, and what is made of it.</summary>
public sealed class ApiTableTests
{
    public static TheoryData<string, string> CheckedParameters =>
        [
            .. ApiTable.All.SelectMany(operation =>
                operation
                    .Parameters()
                    // Any JSON value is a payload.
                    .Where(parameter => parameter.Schema.Type is not null)
                    .Select(parameter => (operation.Name, parameter.Name))
            ),
        ];

    [Fact]
    public void The_document_of_api_schema_is_the_approved_one() =>
        Encoding
            .UTF8.GetString(OpenRpc.Write())
            .Replace($"\"version\": \"{Product.Version}\"", "\"version\": \"VERSION\"", StringComparison.Ordinal)
            .ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff().WithFileExtension("json"));

    [Fact]
    public void The_reference_page_is_the_approved_one_and_is_current()
    {
        ApiReference.Markdown().ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff().WithFileExtension("md"));
        var page = Path.Combine(Repository.Root, ".github", "docs", "api.md");
        File.ReadAllText(page)
            .ReplaceLineEndings("\n")
            .ShouldBe(ApiReference.Markdown(), "copy the approved page from tests/AiwgDaemon.Tests/Api/Golden to .github/docs/api.md");
    }

    [Fact]
    public void Each_operation_has_one_name_and_sentences_that_end()
    {
        ApiTable.All.Select(operation => operation.Name).ShouldBeUnique();
        foreach (var operation in ApiTable.All)
        {
            operation.Summary.ShouldEndWith(".", customMessage: operation.Name);
            operation.Parameters().Select(parameter => parameter.Name).ShouldBeUnique(operation.Name);
            foreach (var parameter in operation.Parameters())
                parameter.Schema.About.ShouldNotBeNull().ShouldEndWith(".", customMessage: $"{operation.Name} {parameter.Name}");
        }
    }

    [Fact]
    public void The_page_has_every_error()
    {
        var page = ApiReference.Markdown();
        foreach (var code in typeof(ApiError).GetFields(BindingFlags.Public | BindingFlags.Static))
            page.ShouldContain($"{code.GetRawConstantValue()}", customMessage: code.Name);
    }

    [Theory]
    [MemberData(nameof(CheckedParameters))]
    public async Task A_declared_parameter_is_read(string operation, string parameter)
    {
        var others = ApiTable.Find(operation)!.Parameters().Where(p => p.IsRequired && p.Name != parameter);
        var text = $$"""{"{{parameter}}":[]{{string.Concat(others.Select(p => $",\"{p.Name}\":\"x\""))}}}""";
        using var document = JsonDocument.Parse(text);
        var api = new DaemonApi(new StandInDaemon([]), TimeProvider.System, NullLogger.Instance);
        using var json = new Utf8JsonWriter(new ArrayBufferWriter<byte>());
        await using var session = new ApiSession((_, _) => Task.CompletedTask, () => 1);
        var refused = await Should.ThrowAsync<ApiException>(async () =>
            await api.InvokeAsync(operation, new Arguments(document.RootElement), json, session, default)
        );
        refused.Code.ShouldBe(ApiError.InvalidParams);
        refused.Message.ShouldContain($"'{parameter}'");
    }
}
