namespace AiwgDaemon.Agents.Streams;

/// <summary>One line of <c>claude -p --output-format stream-json --verbose</c> (as recorded of 2.1.197).</summary>
internal static class ClaudeLines
{
    public static void Read(JsonView line, StreamFacts facts)
    {
        facts.SetSession(line["session_id"].Text);
        switch (line["type"].Text)
        {
            case "system" when line["subtype"].Text == "api_retry":
                // The program goes on trying for minutes; a limit is known at the first of these.
                facts.Failed(ProviderError.Reason(line["error"].Text, line["error_status"].Count), line["error"].Text);
                break;
            case "rate_limit_event" when line["rate_limit_info"]["status"].Text == "rejected":
                facts.Failed(FailureReason.Limit, "usage limit", ProviderError.Seconds(line["rate_limit_info"]["resetsAt"].Count));
                break;
            case "assistant" when !line["error"].Exists:
                facts.Recovered();
                ReadContent(line["message"]["content"], facts);
                break;
            case "user":
                foreach (var item in line["message"]["content"].Items) facts.ToolClosed(item["tool_use_id"].Text);
                break;
            case "result":
                ReadResult(line, facts);
                break;
        }
    }

    private static void ReadContent(JsonView content, StreamFacts facts)
    {
        foreach (var item in content.Items)
        {
            if (item["type"].Text == "tool_use") facts.ToolOpened(item["id"].Text);
            if (item["type"].Text == "text") facts.SetText(item["text"].Text);
        }
    }

    private static void ReadResult(JsonView line, StreamFacts facts)
    {
        var usage = line["usage"];
        facts.Ended = true;
        facts.AddCost(line["total_cost_usd"].Money);
        facts.AddTokens(usage["input_tokens"].Count, usage["output_tokens"].Count);
        facts.AddTokens(usage["cache_creation_input_tokens"].Count, null);
        facts.AddTokens(usage["cache_read_input_tokens"].Count, null);
        var text = line["result"].Text;
        facts.SetText(text);
        if (line["subtype"].Text == "error_max_budget_usd") facts.Failed(FailureReason.Budget, text);
        else if (line["is_error"].IsTrue)
            facts.Failed(ProviderError.Reason(text, line["api_error_status"].Count), text, ProviderError.Until(text));
        else facts.Recovered();
    }
}
