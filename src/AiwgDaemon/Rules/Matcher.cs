using System.Buffers;
using AiwgDaemon.Bus;

namespace AiwgDaemon.Rules;

/// <summary>
/// Which rules an event is for, in the order of the file. Pure. Each rule stands in an index under the most telling thing it
/// asks for (job, endpoint, directory or extension of its pattern, type, source), so that an event meets few rules that do not want it.
/// </summary>
internal sealed class Matcher
{
    private static readonly SearchValues<char> Special = SearchValues.Create("*?[]{}\\!");

    private readonly Rule[] _rules;
    private readonly Dictionary<string, List<int>> _jobs = [];
    private readonly Dictionary<string, List<int>> _endpoints = [];
    private readonly Dictionary<string, List<int>> _types = [];
    private readonly Dictionary<string, List<int>> _directories = [];
    private readonly Dictionary<string, List<int>> _extensions = [];
    private readonly List<int>[] _sources = [.. Enum.GetValues<EventSource>().Select(_ => new List<int>())];

    public Matcher(IReadOnlyList<Rule> rules)
    {
        _rules = [.. rules];
        for (var i = 0; i < _rules.Length; i++)
        {
            if (_rules[i].Enabled) Index(i, _rules[i].Event);
        }
    }

    public List<Rule> Match(DaemonEvent @event)
    {
        var candidates = new List<int>(_sources[(int)@event.Source]);
        Collect(_types, @event.Type, candidates);
        if (@event.Source == EventSource.Schedule) Collect(_jobs, @event.Subject, candidates);
        if (@event.Source == EventSource.Webhook) Collect(_endpoints, @event.Subject, candidates);
        if (@event.Source == EventSource.Watch) CollectPaths(@event.Subject, candidates);
        var matching = new List<Rule>();
        candidates.Sort();
        var previous = -1;
        foreach (var index in candidates)
        {
            // A rule with two patterns may have come twice.
            if (index != previous && Matches(_rules[index].Event, @event)) matching.Add(_rules[index]);
            previous = index;
        }
        return matching;
    }

    /// <summary>True if every part that is set holds.</summary>
    public static bool Matches(EventMatch match, DaemonEvent @event)
    {
        if (match.Source is { } source && source != @event.Source) return false;
        if (match.Type is { } type && !Wildcard.IsMatch(type, @event.Type)) return false;
        if (match.JobId is { } job && (@event.Source != EventSource.Schedule || job != @event.Subject)) return false;
        if (match.Endpoint is { } endpoint && (@event.Source != EventSource.Webhook || endpoint != @event.Subject)) return false;
        if (match.PathPatterns.Count > 0 && !MatchesPath(match, @event)) return false;
        foreach (var condition in match.Match)
            if (!PayloadConditions.Holds(condition, @event.PayloadJson)) return false;
        return true;
    }

    private static bool MatchesPath(EventMatch match, DaemonEvent @event)
    {
        if (@event.Source != EventSource.Watch) return false;
        foreach (var pattern in match.PathPatterns)
            if (pattern.IsMatch(@event.Subject)) return true;
        return false;
    }

    private void Index(int index, EventMatch match)
    {
        if (match.JobId is { } job) Add(_jobs, job, index);
        else if (match.Endpoint is { } endpoint) Add(_endpoints, endpoint, index);
        else if (match.PathPatterns.Count > 0)
            foreach (var pattern in match.PathPatterns) IndexPattern(index, pattern.Pattern);
        else if (match.Type is { } type && !type.Contains('*')) Add(_types, type, index);
        else if (match.Source is { } source) _sources[(int)source].Add(index);
        else Array.ForEach(_sources, all => all.Add(index));
    }

    private void IndexPattern(int index, ReadOnlySpan<char> pattern)
    {
        var directory = LiteralDirectory(pattern);
        if (directory.IsEmpty && LiteralExtension(pattern) is { IsEmpty: false } extension) Add(_extensions, extension, index);
        else Add(_directories, directory, index);
    }

    /// <summary>What every path under the pattern has behind its last dot; empty if the pattern does not say.</summary>
    private static ReadOnlySpan<char> LiteralExtension(ReadOnlySpan<char> pattern)
    {
        var extension = pattern[(pattern.LastIndexOf('.') + 1)..];
        return extension.Length == pattern.Length || extension.ContainsAny(Special) || extension.Contains('/') ? "" : extension;
    }

    /// <summary>The directory that every path under the pattern lies in, with its slash; empty if the pattern does not say.</summary>
    private static ReadOnlySpan<char> LiteralDirectory(ReadOnlySpan<char> pattern)
    {
        if (pattern.StartsWith("/") || pattern.StartsWith(".")) return "";
        var special = pattern.IndexOfAny(Special);
        var literal = special < 0 ? pattern.TrimEnd('/') : pattern[..special];
        return literal[..(literal.LastIndexOf('/') + 1)];
    }

    private void CollectPaths(ReadOnlySpan<char> path, List<int> candidates)
    {
        if (
            _extensions.Count > 0
            && path.LastIndexOf('.') is >= 0 and var dot
            && _extensions.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(path[(dot + 1)..], out var ofExtension)
        )
            candidates.AddRange(ofExtension);
        if (_directories.Count == 0)
            return;
        var lookup = _directories.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var end = 0; ; end++)
        {
            if (lookup.TryGetValue(path[..end], out var rules)) candidates.AddRange(rules);
            var slash = path[end..].IndexOf('/');
            if (slash < 0) return;
            end += slash;
        }
    }

    private static void Collect(Dictionary<string, List<int>> index, string key, List<int> candidates)
    {
        if (index.TryGetValue(key, out var rules)) candidates.AddRange(rules);
    }

    private static void Add(Dictionary<string, List<int>> index, ReadOnlySpan<char> key, int rule)
    {
        var name = key.ToString();
        if (!index.TryGetValue(name, out var rules)) index.Add(name, rules = []);
        rules.Add(rule);
    }
}
