namespace AiwgDaemon.Agents.Streams;

/// <summary>One line of <c>codex exec --json</c> (as recorded of 0.171.0). It tells tokens, those of the whole
/// session also if it was resumed, and no cost.</summary>
internal static class CodexLines
{
    public static void Read(JsonView line, StreamFacts facts)
    {
        var item = line["item"];
        switch (line["type"].Text)
        {
            case "thread.started":
                facts.SetSession(line["thread_id"].Text);
                break;
            case "item.started":
                facts.Recovered();
                facts.ToolOpened(item["id"].Text);
                break;
            case "item.completed":
                facts.ToolClosed(item["id"].Text);
                // An item that is an error is a warning: the turn goes on.
                if (item["type"].Text == "agent_message") facts.SetText(item["text"].Text);
                break;
            case "turn.completed":
                facts.Ended = true;
                facts.Recovered();
                facts.AddTokens(line["usage"]["input_tokens"].Count, line["usage"]["output_tokens"].Count);
                break;
            case "turn.failed":
                facts.Ended = true;
                Fail(line["error"]["message"].Text, facts);
                break;
            case "error":
                Fail(line["message"].Text, facts);
                break;
        }
    }

    private static void Fail(string? message, StreamFacts facts) =>
        facts.Failed(ProviderError.Reason(message), message, ProviderError.Until(message));
}
