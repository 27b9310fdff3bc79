namespace AiwgDaemon.Rules.Values;

/// <summary>Here-documents of a script: text that a command reads.</summary>
internal sealed class HereDocuments(ScriptCursor script)
{
    private sealed record HereDocument(string Delimiter, bool IsLiteral, bool HasTabs, int Owner);

    private readonly Queue<HereDocument> _announced = new();

    /// <summary>Some begin behind the end of this line.</summary>
    public bool AreDue => _announced.Count > 0;

    public void ReadBodies()
    {
        while (_announced.TryDequeue(out var document)) Body(document);
    }

    public void ReadDelimiter()
    {
        script.Raw(2);
        var tabs = script.At < script.Text.Length && script.Text[script.At] == '-';
        if (tabs) script.Raw(1);
        while (script.At < script.Text.Length && script.Text[script.At] is ' ' or '\t') script.Raw(1);
        var start = script.At;
        while (script.At < script.Text.Length && !" \t\n;&|()<>".Contains(script.Text[script.At])) script.Raw(1);
        var word = script.Text[start..script.At];
        var delimiter = word.Replace("'", "").Replace("\"", "").Replace("\\", "");
        if (delimiter.Length > 0) _announced.Enqueue(new(delimiter, delimiter.Length != word.Length, tabs, script.Frame.Start));
    }

    // Who reads the document is known; what is in it is noted for the next pass, because that command has been judged by now.
    private void Body(HereDocument document)
    {
        var origins = new List<ValueOrigin>();
        while (script.At < script.Text.Length)
        {
            var end = script.Text.IndexOf('\n', script.At);
            if (end < 0) end = script.Text.Length;
            var line = script.Text.AsSpan(script.At, end - script.At);
            var last = (document.HasTabs ? line.TrimStart('\t') : line).SequenceEqual(document.Delimiter);
            while (script.At < end)
            {
                if (script.IsAtPlaceholder(out var placeholder)) InBody(placeholder, document, origins);
                else
                {
                    if (!document.IsLiteral) origins.AddRange(Mentioned(end));
                    script.Output.Append(script.Text[script.At++]);
                }
            }
            if (script.At < script.Text.Length) script.Output.Append(script.Text[script.At++]);
            if (last) break;
        }
        script.Scope.AddInput(document.Owner, origins);
    }

    private void InBody(Placeholder placeholder, HereDocument document, List<ValueOrigin> origins)
    {
        var origin = ScriptCursor.Origin(placeholder);
        if (document.IsLiteral)
            script.Check.Refuse(
                [origin],
                "stands in a here-document whose delimiter is quoted, where nothing is replaced",
                $"write <<{document.Delimiter}"
            );
        origins.Add(origin);
        script.Output.Append("${").Append(script.Variable!(placeholder)).Append('}');
        script.At = placeholder.End;
    }

    // $name in a here-document; what is inside of $( ) or $(( )) there is not read further, so a value there is refused.
    private IReadOnlyList<ValueOrigin> Mentioned(int end)
    {
        if (script.Text[script.At] != '$' || script.At + 1 >= end) return [];
        var start = script.At + 1;
        if (
            script.Text[start] is '(' or '['
            && script.Variable is not null
            && Placeholder.In(script.Text[start..end]).FirstOrDefault() is { } inside
        )
            script.Check.Refuse(
                [ScriptCursor.Origin(inside)],
                "stands in a command or in arithmetic inside of a here-document",
                "do that before it, in a variable of your own"
            );
        if (script.Text[start] is '{')
            start++;
        var stop = start;
        while (stop < end && (char.IsAsciiLetterOrDigit(script.Text[stop]) || script.Text[stop] == '_')) stop++;
        var name = script.Text[start..stop];
        return script.Scope.Of(
            name.Length == 0 && start < end && script.Text[start] is '@' or '*' || (name.Length > 0 && char.IsAsciiDigit(name[0]))
                ? ScriptScope.Arguments
                : name
        );
    }
}
