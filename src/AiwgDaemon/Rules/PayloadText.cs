using System.Text.Json;

namespace AiwgDaemon.Rules;

/// <summary>A JSON string of a payload as text. JSON can spell half of a surrogate pair, which no .NET string decoder takes: such a value
/// stays in its JSON form.</summary>
internal static class PayloadText
{
    public static string Of(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return value.GetRawText();
        }
    }
}
