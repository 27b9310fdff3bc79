using AiwgDaemon.Config.Description;

namespace AiwgDaemon.Config;

/// <summary>Checks values that are one word, and conditions. What is plain is read by YAML 1.2's core schema: yes and on are text. What is
/// wrong goes to the findings, and null comes back.</summary>
internal sealed class ScalarChecks(Findings findings)
{
    public ScalarNode? CheckBoolean(ConfigNode node, string path)
    {
        if (node is ScalarNode { Plain: true } scalar)
        {
            if (scalar.Text is "true" or "True" or "TRUE") return new(node.Place, "true", plain: true);
            if (scalar.Text is "false" or "False" or "FALSE") return new(node.Place, "false", plain: true);
        }
        var word = (node as ScalarNode)?.Text.ToLowerInvariant();
        var meant =
            word is "yes" or "on" or "y" or "true" or "1" ? "true"
            : word is "no" or "off" or "n" or "false" or "0" ? "false"
            : null;
        if (meant is null && ValueHabits.Of(node, "true or false") is { } habit)
            findings.Error(node.Place, path, habit);
        else
            findings.WrongKind(node, path, "true or false", meant is null ? "write true or false" : $"write {meant}");
        return null;
    }

    public ScalarNode? CheckNumber(ConfigNode node, NumberShape shape, string path)
    {
        var text = (node as ScalarNode)?.Text ?? "";
        if (node is not ScalarNode { Plain: true } || !CoreSchema.TryNumber(text, out var value))
        {
            // 30_000 is a number in many languages.
            var meant =
                MeantNumber.Of(
                    OddCharacters.Plain(text).Replace("_", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal),
                    path
                )
                    is { } number
                && InRange(number, shape)
                    ? $"{number}"
                    : null;
            if ((meant is null || OddCharacters.First(text) is not null) && ValueHabits.Of(node, shape.Noun) is { } habit)
                findings.Error(node.Place, path, habit.What, meant is null ? habit.Instead : $"write {meant}");
            else
                findings.WrongKind(node, path, shape.Whole ? "a whole number" : "a number", $"write {meant ?? shape.Noun}");
            return null;
        }
        if (text is ['0', >= '0' and <= '9', ..])
            findings.Attend(
                node.Place,
                path,
                $"is {Quoted.Short(text)}, which is the decimal number {value:R}: a zero before it does not make it octal",
                $"write {value:R}, or 0o{text.TrimStart('0')} for the octal number"
            );
        if (InRange(value, shape))
            return new(node.Place, value.ToString("R"), plain: true);
        var what =
            value >= shape.Min && value <= shape.Max
                ? $"is {Quoted.Short(text)}, not a whole number"
                : $"is {Quoted.Short(text)}, which is out of range";
        findings.Error(node.Place, path, what, $"write {shape.Noun}");
        return null;
    }

    private static bool InRange(double value, NumberShape shape) =>
        value >= shape.Min && value <= shape.Max && (!shape.Whole || value == Math.Floor(value));

    public ScalarNode? CheckText(ConfigNode node, TextShape shape, string path)
    {
        if (node is not ScalarNode scalar || NodeKind.IsNull(node))
        {
            findings.WrongKind(node, path, shape, $"write {shape.Noun}");
            return null;
        }
        if (!shape.AnyScalar && scalar.Plain && CoreSchema.KindOf(scalar.Text) is var kind && kind != "text")
        {
            // Quotes would not mend what is wrong as text, too.
            if (shape.Check?.Invoke(scalar.Text) is { } wrong) findings.Error(node.Place, path, wrong.What, wrong.Instead);
            else findings.Error(node.Place, path, $"is {kind}, not {shape.Noun}", $"write {Quoted.Text(scalar.Text)} in quotes");
            return null;
        }
        if (scalar.Text.Length == 0 && !shape.MayBeEmpty)
        {
            findings.Error(node.Place, path, "is empty", $"write {shape.Noun}");
            return null;
        }
        if (scalar.Text.Contains('\0'))
        {
            findings.Error(node.Place, path, "has a NUL character", "remove it");
            return null;
        }
        if (scalar.Text.Length > 0 && !findings.IsFull && shape.Check?.Invoke(scalar.Text) is { } fault)
        {
            var plain = OddCharacters.Plain(scalar.Text).Trim();
            var isOdd = plain != scalar.Text && (shape.Check(plain) is null || fault.Instead.Length == 0);
            findings.Error(
                node.Place,
                path,
                (isOdd || ShellHabit.In(scalar.Text, tilde: false) is not null) && !scalar.Text.StartsWith('$')
                    ? ValueHabits.Of(node, shape.Noun) ?? fault
                    : ShellFault(scalar, shape) ?? fault
            );
            return null;
        }
        ValueHabits.CheckCharacters(findings, scalar, shape, path);
        return new(node.Place, scalar.Text, plain: false);
    }

    /// <summary>A reference to a variable in place of the value; a key that takes the name of one says so better itself.</summary>
    private static Fault? ShellFault(ScalarNode scalar, TextShape shape) =>
        shape.Check == TextChecks.Variable ? null : ValueHabits.Of(scalar, shape.Noun);

    public ScalarNode? CheckChoice(ConfigNode node, ChoiceShape shape, string path)
    {
        if (node is not ScalarNode scalar || NodeKind.IsNull(node))
        {
            findings.WrongKind(node, path, shape, $"write {shape.Noun}");
            return null;
        }
        if (shape.Words.Contains(scalar.Text)) return new(node.Place, scalar.Text, plain: false);
        if (ValueHabits.Of(node, shape.Noun) is { } habit)
        {
            findings.Error(node.Place, path, habit);
            return null;
        }
        var near = Nearest.To(scalar.Text, shape.Words);
        findings.Error(
            node.Place,
            path,
            $"is {Quoted.Text(scalar.Text)}",
            near is null ? $"write {shape.Noun}" : $"did you mean {near}? It is {shape.Noun}"
        );
        return null;
    }

    /// <summary>Gives a list of JSON texts; for a comparison the operator comes first.</summary>
    public ListNode? CheckCondition(ConfigNode node, string path)
    {
        var result = new ListNode(node.Place);
        if (node is MapNode || (node is ListNode { Items.Count: 0 }))
        {
            findings.Error(
                node.Place,
                path,
                $"is {NodeKind.Of(node)}, not a condition",
                "write a value, a list of values, or a comparison such as \">= 10\""
            );
            return null;
        }
        if (node is ScalarNode single && CoreSchema.TryComparison(single.Text, out var comparison, out var operand))
        {
            if (comparison != "!=" && CoreSchema.ExactNumber(operand) is null)
            {
                findings.Error(
                    node.Place,
                    path,
                    $"compares with {Quoted.Text(operand)}, which is not a number",
                    "write for instance \">= 10\""
                );
                return null;
            }
            result.Items.Add(new ScalarNode(node.Place, comparison, plain: false));
            result.Items.Add(new ScalarNode(node.Place, CoreSchema.ToJson(operand, plain: true), plain: false));
            return result;
        }
        foreach (var item in node is ListNode list ? list.Items : [node])
        {
            if (item is ScalarNode value)
                result.Items.Add(new ScalarNode(value.Place, CoreSchema.ToJson(value.Text, value.Plain), plain: false));
            else
                findings.Error(item.Place, path, $"has {NodeKind.Of(item)} among its values", "write single values");
        }
        return result;
    }
}
