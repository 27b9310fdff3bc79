namespace AiwgDaemon.Rules.Values;

// Here-documents: text that a command reads.
internal sealed partial class ShellScript
{
    private void ReadDelimiter()
    {
        Raw(2);
        var tabs = _at < _text.Length && _text[_at] == '-';
        if (tabs) Raw(1);
        while (_at < _text.Length && _text[_at] is ' ' or '\t') Raw(1);
        var start = _at;
        while (_at < _text.Length && !" \t\n;&|()<>".Contains(_text[_at])) Raw(1);
        var word = _text[start.._at];
        var delimiter = word.Replace("'", "").Replace("\"", "").Replace("\\", "");
        if (delimiter.Length > 0) _hereDocuments.Enqueue(new(delimiter, delimiter.Length != word.Length, tabs, Frame.Start));
    }

    // Who reads the document is known; what is in it is noted for the next pass, because that command has been judged by now.
    private void Body(HereDocument document)
    {
        var origins = new List<ValueOrigin>();
        while (_at < _text.Length)
        {
            var end = _text.IndexOf('\n', _at);
            if (end < 0) end = _text.Length;
            var line = _text.AsSpan(_at, end - _at);
            var last = (document.HasTabs ? line.TrimStart('\t') : line).SequenceEqual(document.Delimiter);
            while (_at < end)
            {
                if (_variable is not null && Placeholder.TryReadAt(_text, _at, out var placeholder)) InBody(placeholder, document, origins);
                else
                {
                    if (!document.IsLiteral) origins.AddRange(Mentioned(end));
                    _output.Append(_text[_at++]);
                }
            }
            if (_at < _text.Length) _output.Append(_text[_at++]);
            if (last) break;
        }
        _scope.AddInput(document.Owner, origins);
    }

    private void InBody(Placeholder placeholder, HereDocument document, List<ValueOrigin> origins)
    {
        var origin = Origin(placeholder);
        if (document.IsLiteral)
            _check.Refuse(
                [origin],
                "stands in a here-document whose delimiter is quoted, where nothing is replaced",
                $"write <<{document.Delimiter}"
            );
        origins.Add(origin);
        _output.Append("${").Append(_variable!(placeholder)).Append('}');
        _at = placeholder.End;
    }

    // $name in a here-document; what is inside of $( ) or $(( )) there is not read further, so a value there is refused.
    private IReadOnlyList<ValueOrigin> Mentioned(int end)
    {
        if (_text[_at] != '$' || _at + 1 >= end) return [];
        var start = _at + 1;
        if (_text[start] is '(' or '[' && _variable is not null && Placeholder.In(_text[start..end]).FirstOrDefault() is { } inside)
            _check.Refuse(
                [Origin(inside)],
                "stands in a command or in arithmetic inside of a here-document",
                "do that before it, in a variable of your own"
            );
        if (_text[start] is '{')
            start++;
        var stop = start;
        while (stop < end && (char.IsAsciiLetterOrDigit(_text[stop]) || _text[stop] == '_')) stop++;
        var name = _text[start..stop];
        return _scope.Of(
            name.Length == 0 && start < end && _text[start] is '@' or '*' || (name.Length > 0 && char.IsAsciiDigit(name[0]))
                ? ScriptScope.Arguments
                : name
        );
    }
}
