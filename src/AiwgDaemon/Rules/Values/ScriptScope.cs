namespace AiwgDaemon.Rules.Values;

/// <summary>
/// Where values are while a script runs: in variables, arguments, files it writes and the input of its commands. A script is read
/// again until this no longer grows, because a loop or a function may use what is set further down.
/// </summary>
internal sealed class ScriptScope
{
    private const int MostOrigins = 50;

    private static readonly List<ValueOrigin> None = [];

    private readonly Dictionary<string, List<ValueOrigin>> _variables = new(StringComparer.Ordinal);
    private readonly HashSet<string> _functions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _aliases = new(StringComparer.Ordinal);
    private readonly HashSet<string> _evaluating = new(StringComparer.Ordinal);
    private readonly Dictionary<int, List<ValueOrigin>> _inputs = [];

    /// <summary>Something was added since it was last set to false.</summary>
    public bool HasGrown { get; set; }

    public IReadOnlySet<string> Functions => _functions;

    public IReadOnlySet<string> Aliases => _aliases;

    /// <summary>The shell's name, as far as its language differs: <c>ksh</c> and <c>zsh</c> evaluate what <c>[</c> compares.</summary>
    public string Shell { get; init; } = "sh";

    /// <summary>The name of the arguments <c>$1 …</c> among the variables.</summary>
    public const string Arguments = "@";

    /// <summary>In place of an index: the script's own input.</summary>
    public const int WholeScript = -1;

    /// <summary>The name of what is exported, whichever variable it is in.</summary>
    public const string Environment = "=";

    /// <summary>Before a name: a file that the script writes. Behind it: the path.</summary>
    public const string File = ">";

    public bool HasVariables => _variables.Count > 0 || _inputs.Count > 0;

    public IReadOnlyList<ValueOrigin> Of(string variable) => _variables.GetValueOrDefault(variable) ?? None;

    public void Add(string variable, IEnumerable<ValueOrigin> origins)
    {
        if (!_variables.TryGetValue(variable, out var known)) known = null;
        foreach (var origin in origins)
        {
            if (known is null) _variables.Add(variable, known = []);
            if (known.Contains(origin) || known.Count >= MostOrigins) continue;
            known.Add(origin);
            HasGrown = true;
        }
    }

    public void AddFunction(string name) => HasGrown |= _functions.Add(name);

    public void AddAlias(string name) => HasGrown |= _aliases.Add(name);

    /// <summary>Every assignment to the variable is evaluated: <c>declare -i</c>.</summary>
    public void Evaluate(string variable) => HasGrown |= _evaluating.Add(variable);

    public bool IsEvaluating(string variable) => _evaluating.Contains(variable);

    /// <summary>What a command or group that begins at an index of the script reads.</summary>
    public IReadOnlyList<ValueOrigin> InputAt(int index) => _inputs.GetValueOrDefault(index) ?? None;

    public void AddInput(int index, IReadOnlyCollection<ValueOrigin> origins)
    {
        if (origins.Count == 0 || !_inputs.TryAdd(index, [.. origins])) return;
        HasGrown = true;
    }

    /// <summary>How many scripts this one is inside of.</summary>
    public int Depth { get; private init; }

    /// <summary>Some values, to name one of them.</summary>
    public IReadOnlyList<ValueOrigin> Any => _variables.Values.Concat(_inputs.Values).FirstOrDefault(o => o.Count > 0) ?? None;

    /// <summary>What another script that this one starts can see.</summary>
    public ScriptScope Inner(string shell, IEnumerable<ValueOrigin> arguments, IReadOnlyCollection<ValueOrigin> input)
    {
        var inner = new ScriptScope { Shell = shell, Depth = Depth + 1 };
        foreach (var (name, origins) in _variables)
            if (name != Arguments) inner.Add(name, origins);
        inner.Add(Arguments, arguments);
        inner.AddInput(WholeScript, input);
        return inner;
    }
}
