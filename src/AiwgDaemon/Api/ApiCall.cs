using System.Text.Json;

namespace AiwgDaemon.Api;

/// <summary>What one call of an operation has: its parameters, where the answer goes, and the client's session.</summary>
internal sealed record ApiCall(
    IDaemon Daemon,
    Arguments Arguments,
    Utf8JsonWriter Json,
    ApiSession Session,
    TimeProvider Time,
    CancellationToken Token
)
{
    /// <summary>Most items that one answer lists.</summary>
    public const int MostListed = 1000;

    /// <summary>How many items the caller wants at most.</summary>
    public int Limit => Arguments.Number("limit", 50, MostListed);

    /// <summary>Answers an object with this member alone.</summary>
    public void Answer(string name, bool value)
    {
        Json.WriteStartObject();
        Json.WriteBoolean(name, value);
        Json.WriteEndObject();
    }

    /// <inheritdoc cref="Answer(string, bool)"/>
    public void Answer(string name, int value)
    {
        Json.WriteStartObject();
        Json.WriteNumber(name, value);
        Json.WriteEndObject();
    }

    /// <inheritdoc cref="Answer(string, bool)"/>
    public void Answer(string name, string value)
    {
        Json.WriteStartObject();
        Json.WriteString(name, value);
        Json.WriteEndObject();
    }

    /// <summary>Answers an object with one list.</summary>
    public void AnswerList<T>(string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        Json.WriteStartObject();
        List(name, items, write);
        Json.WriteEndObject();
    }

    /// <summary>A member that is a list, within an object.</summary>
    public void List<T>(string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        Json.WriteStartArray(name);
        foreach (var item in items) write(Json, item);
        Json.WriteEndArray();
    }
}
