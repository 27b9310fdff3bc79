namespace AiwgDaemon.Sources.Cron;

/// <summary>One of the five fields: its name in messages, the values it takes and the names they go by.</summary>
internal sealed class CronField(string name, int first, int last, string[] names, int firstNamed)
{
    public static readonly CronField Minute = new("minute", 0, 59, [], 0);
    public static readonly CronField Hour = new("hour", 0, 23, [], 0);
    public static readonly CronField DayOfMonth = new("day of month", 1, 31, [], 0);
    public static readonly CronField Month = new(
        "month", 1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], 1);

    /// <summary>0 and 7 are both Sunday; the parser folds 7 onto 0.</summary>
    public static readonly CronField DayOfWeek = new("day of week", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], 0);

    public static readonly CronField[] InOrder = [Minute, Hour, DayOfMonth, Month, DayOfWeek];

    /// <summary>What the macros stand for; <c>@reboot</c> is none of the clock's business.</summary>
    public static readonly (string Name, string Fields)[] Macros =
    [
        ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), ("@monthly", "0 0 1 * *"), ("@weekly", "0 0 * * 0"),
        ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@hourly", "0 * * * *"),
    ];

    public readonly string Name = name;
    public readonly int First = first;
    public readonly int Last = last;

    /// <summary>A bit for each value from <see cref="First"/> to <see cref="Last"/>.</summary>
    public readonly ulong All = (ulong.MaxValue >> (63 - last)) & (ulong.MaxValue << first);

    private readonly uint[] _words = Array.ConvertAll(names, n => ((n[0] | 0x20u) << 16) | ((n[1] | 0x20u) << 8) | n[2] | 0x20u);

    public IReadOnlyList<string> Names => names;

    /// <summary>The allowed values as a message says them.</summary>
    public string Allowed => names.Length > 0 ? $"{First}-{Last} or {names[0]}-{names[^1]}" : $"{First}-{Last}";

    /// <summary>The value a name stands for, or -1; the name as its three letters, lower-cased, one in each byte.</summary>
    public int ValueOf(uint word)
    {
        for (var i = 0; i < _words.Length; i++)
            if (_words[i] == word) return firstNamed + i;
        return -1;
    }

    /// <summary>How the value is best written: by name if it has one.</summary>
    public string Write(int value, bool byName) => byName && names.Length > 0 ? names[(value - firstNamed) % names.Length] : $"{value}";
}
