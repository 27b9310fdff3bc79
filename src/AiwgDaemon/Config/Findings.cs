namespace AiwgDaemon.Config;

/// <summary>
/// Collects what is wrong while a file is read. Bounded: a hostile file cannot make it grow past <see cref="Most"/>.
/// </summary>
internal sealed class Findings(string file)
{
    public const int Most = 200;

    // A name or value of a hostile file may be megabytes; a line for people is not.
    private const int LongestKey = 300;
    private const int LongestText = 600;

    private readonly List<ConfigError> _errors = [];
    private readonly List<ConfigError> _warnings = [];
    private int _spoiled;

    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    /// <summary>True if more is not collected: callers may save themselves the work.</summary>
    public bool IsFull => _errors.Count >= Most;

    public bool HasErrors => _errors.Count > 0;

    public void Error(Place place, string key, string what, string instead = "")
    {
        if (!IsFull && (_spoiled == 0 || place.Line != _spoiled)) _errors.Add(Line(place, key, what, instead));
    }

    public void Error(Place place, string key, Fault fault) => Error(place, key, fault.What, fault.Instead);

    public void Warn(Place place, string key, string what, string instead = "")
    {
        if (_warnings.Count < Most) _warnings.Add(Line(place, key, what, instead));
    }

    /// <summary>As <see cref="Warn"/>, for what <c>doctor</c> calls wrong.</summary>
    public void Attend(Place place, string key, string what, string instead, ConfigConcern concern = ConfigConcern.Meaning)
    {
        if (_warnings.Count < Most) _warnings.Add(Line(place, key, what, instead) with { Concern = concern });
    }

    /// <summary>As <see cref="Warn"/>, but only the first time for this topic.</summary>
    public void WarnOnce(string topic, Place place, string key, string what, string instead)
    {
        if (_said.Add(topic)) Warn(place, key, what, instead);
    }

    /// <summary>As <see cref="Error(Place, string, Fault)"/>, for a line that could not be read: whatever else is said of it comes of
    /// that.</summary>
    public void Spoiled(Place place, string key, Fault fault)
    {
        if (!IsFull) _errors.RemoveAll(e => e.Line == place.Line);
        Error(place, key, fault);
        _spoiled = place.Line;
    }

    /// <summary>Forgets the last error, if it is about that place: a better one follows.</summary>
    public void TakeBack(Place place)
    {
        if (_errors.Count > 0 && !IsFull && (_errors[^1].Line, _errors[^1].Column) == (place.Line, place.Column))
            _errors.RemoveAt(_errors.Count - 1);
    }

    public IReadOnlyList<ConfigError> Errors()
    {
        var sorted = Sorted(_errors);
        if (IsFull) sorted.Add(new(file, 0, 0, "", $"has more than {Most} errors; the first ones are above"));
        return sorted;
    }

    public IReadOnlyList<ConfigError> Warnings() => Sorted(_warnings);

    private ConfigError Line(Place place, string key, string what, string instead) =>
        new(file, place.Line, place.Column, Cut(key, LongestKey), Cut(what, LongestText), Cut(instead, LongestText));

    private static string Cut(string text, int longest) => text.Length <= longest ? text : $"{text.AsSpan(0, longest - 1)}…";

    private static List<ConfigError> Sorted(List<ConfigError> list) => [.. list.OrderBy(e => e.Line).ThenBy(e => e.Column)];
}

/// <summary>What is wrong with a value, without its place: reads on from the key.</summary>
internal sealed record Fault(string What, string Instead = "");
