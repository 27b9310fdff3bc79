using AiwgDaemon.Actions.Http;
using static AiwgDaemon.Config.Checks.CheckedTree;

namespace AiwgDaemon.Config.Checks;

/// <summary>Variables of the environment that the daemon needs, and that are not set or hold the wrong thing.</summary>
internal sealed class VariableChecks(CheckedTree tree)
{
    private readonly Findings _findings = tree.Findings;
    private readonly ConfigSurroundings _surroundings = tree.Surroundings;

    /// <summary>Of several variables one is enough; the others are worth a word.</summary>
    public void NeedsOneOf(List<ScalarNode> variables, string path, bool needed, string what)
    {
        var unset = variables.FindAll(v => string.IsNullOrEmpty(_surroundings.Variable(v.Text)));
        if (unset.Count == 0) return;
        var names = string.Join(", ", unset.Select(v => v.Text));
        var (where, cure) = _surroundings.Unset(names);
        var place = PlaceOf(unset[0], tree.Webhook);
        if (unset.Exists(v => _surroundings.IsSetInDaemon(v.Text)))
            _findings.Warn(place, path, $"{names} is not set{where}, and the running daemon has it");
        else if (!needed || unset.Count < variables.Count)
            _findings.Warn(place, path, $"{names} is not set{where}", "set the variable before the daemon starts");
        else if (_surroundings.Purpose == ConfigPurpose.Read)
            _findings.Attend(place, path, $"{names} is not set{where}, and {what} cannot work without", cure, ConfigConcern.Start);
        else
            _findings.Error(place, path, $"{names} is not set{where}, and {what} cannot work without", cure);
    }

    /// <summary>An environment variable that holds a URL, which is a secret: it is in no message.</summary>
    public void UrlVariable(ScalarNode url, string path, bool needed, string what)
    {
        NeedsOneOf([url], path, needed, what);
        if (_surroundings.Variable(url.Text) is not { Length: > 0 } value || HttpReceiver.TryUrl(value, out _)) return;
        var fault = new Fault($"{url.Text} holds no http or https URL", "set the variable to one before the daemon starts");
        if (needed && _surroundings.Purpose == ConfigPurpose.Read)
            _findings.Attend(url.Place, path, $"{fault.What} in this shell", fault.Instead, ConfigConcern.Start);
        else if (needed)
            _findings.Error(url.Place, path, fault);
        else
            _findings.Warn(url.Place, path, fault.What, fault.Instead);
    }
}
