namespace AiwgDaemon.Agents.Streams;

/// <summary>One line of <c>opencode run --format json</c>, as its documentation describes it.</summary>
internal static class OpenCodeLines
{
    public static void Read(JsonView line, StreamFacts facts)
    {
        var part = line["part"];
        facts.SetSession(line["sessionID"].Text);
        switch (line["type"].Text)
        {
            case "text":
                facts.Recovered();
                facts.SetText(part["text"].Text);
                break;
            case "tool_use":
                // Usually told when it has ended.
                if (part["state"]["status"].Text is "completed" or "error") facts.ToolClosed(part["callID"].Text);
                else facts.ToolOpened(part["callID"].Text);
                break;
            case "step_finish":
                facts.Ended = part["reason"].Text == "stop";
                facts.AddCost(part["cost"].Money);
                facts.AddTokens(part["tokens"]["input"].Count, part["tokens"]["output"].Count);
                break;
            case "error":
                var error = line["error"];
                var text = error["data"]["message"].Text ?? error["message"].Text ?? error["name"].Text;
                facts.Failed(ProviderError.Reason(text, error["data"]["statusCode"].Count), text, ProviderError.Until(text));
                break;
        }
    }
}
