namespace AiwgDaemon.Agents.Streams;

/// <summary>One line of <c>gemini --output-format stream-json</c>, as documented. It tells tokens and no cost.</summary>
internal static class GeminiLines
{
    public static void Read(JsonView line, StreamFacts facts)
    {
        switch (line["type"].Text)
        {
            case "init":
                facts.SetSession(line["session_id"].Text);
                break;
            case "message" when line["role"].Text == "assistant":
                facts.Recovered();
                if (line["delta"].IsTrue) facts.AddText(line["content"].Text ?? "");
                else facts.SetText(line["content"].Text);
                break;
            case "tool_use":
                // What it says behind a tool is a message of its own.
                facts.SetText("");
                facts.ToolOpened(line["tool_id"].Text);
                break;
            case "tool_result":
                facts.ToolClosed(line["tool_id"].Text);
                break;
            case "error":
                Fail(line["message"].Text, facts);
                break;
            case "result":
                facts.Ended = true;
                facts.AddTokens(line["stats"]["input_tokens"].Count, line["stats"]["output_tokens"].Count);
                if (line["status"].Text == "error") Fail(line["error"]["message"].Text, facts);
                else facts.Recovered();
                break;
        }
    }

    private static void Fail(string? message, StreamFacts facts) =>
        facts.Failed(ProviderError.Reason(message), message, ProviderError.Until(message));
}
