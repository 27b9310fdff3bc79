using System.Text;

namespace AiwgDaemon.Rules.Values;

/// <summary>A word of a command while it is read, with the values in it. Not thread-safe.</summary>
internal sealed class ScriptWord
{
    private readonly StringBuilder _text = new();
    private readonly List<ValueOrigin> _origins = [];
    private bool _hasBrace, _hasBraces;

    public bool IsBegun { get; private set; }

    public string Text => _text.ToString();

    public IReadOnlyList<ValueOrigin> Origins => _origins;

    /// <summary>True for a word of at least two characters that ends so.</summary>
    public bool EndsWith(char last) => _text.Length > 1 && _text[^1] == last;

    public void Begin() => IsBegun = true;

    public void Append(char c, bool quoted)
    {
        IsBegun = true;
        if (!quoted && c == '{') _hasBrace = true;
        if (!quoted && c == ',' && _hasBrace) _hasBraces = true;
        _text.Append(c == CommandWord.Value ? CommandWord.Unknown : c);
    }

    /// <summary>A value each; none: something that is not known here.</summary>
    public void Append(IReadOnlyCollection<ValueOrigin> origins)
    {
        IsBegun = true;
        if (origins.Count == 0) _text.Append(CommandWord.Unknown);
        _text.Append(CommandWord.Value, origins.Count);
        _origins.AddRange(origins);
    }

    public void Clear()
    {
        _text.Clear();
        _origins.Clear();
        (IsBegun, _hasBrace, _hasBraces) = (false, false, false);
    }

    /// <summary>The word, which ends; null if none was begun.</summary>
    public CommandWord? Take()
    {
        if (!IsBegun) return null;
        var word = new CommandWord(Text, [.. _origins]) { HasBraces = _hasBraces };
        Clear();
        return word;
    }
}
