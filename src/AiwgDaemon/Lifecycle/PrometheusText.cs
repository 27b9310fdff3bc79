using System.Globalization;
using System.Text;

namespace AiwgDaemon.Lifecycle;

/// <summary>
/// Writes metrics in Prometheus' text format 0.0.4: one HELP and TYPE a metric, then its samples. Names begin with <c>aiwg_daemon_</c>.
/// </summary>
/// <param name="text">Where to.</param>
/// <param name="constant">Labels that every sample has, for files of several projects; none if empty.</param>
internal sealed class PrometheusText(TextWriter text, params (string Name, string Value)[] constant)
{
    public const string Prefix = "aiwg_daemon_";

    public void Gauge(string name, string help, double value, params (string Name, string Value)[] labels)
    {
        Head(name, "gauge", help);
        Sample(name, value, labels);
    }

    public void Counter(string name, string help, double value)
    {
        Head(name, "counter", help);
        Sample(name, value);
    }

    /// <summary>Begins a metric; its samples follow.</summary>
    public void Head(string name, string type, string help) => text.Write($"# HELP {Prefix}{name} {help}\n# TYPE {Prefix}{name} {type}\n");

    public void Sample(string name, double value, params (string Name, string Value)[] labels)
    {
        text.Write(Prefix + name);
        if (constant.Length + labels.Length > 0)
            text.Write($"{{{string.Join(',', constant.Concat(labels).Select(label => $"{label.Name}=\"{Escape(label.Value)}\""))}}}");
        text.Write(' ');
        text.Write(Number(value));
        text.Write('\n');
    }

    /// <summary>As the format has it: the shortest form that is read back to the same number.</summary>
    public static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : value.ToString(CultureInfo.InvariantCulture);

    // Three characters need it; another control character would be taken as it is, and is shown as a question mark, as half a character is.
    private static string Escape(string value)
    {
        var result = new StringBuilder(value.Length + 8);
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value == '\\') result.Append("\\\\");
            else if (rune.Value == '"') result.Append("\\\"");
            else if (rune.Value == '\n') result.Append("\\n");
            else if (Rune.IsControl(rune)) result.Append('?');
            else result.Append(rune.ToString());
        }
        return result.ToString();
    }
}
