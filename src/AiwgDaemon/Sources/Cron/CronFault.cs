using System.Runtime.InteropServices;

namespace AiwgDaemon.Sources.Cron;

internal enum CronFaultKind
{
    None,
    OutOfRange,
    UnknownName,
    Unexpected,
    Reversed,
    NoStep,
    StepOutOfRange,
    ExtraField,
}

/// <summary>What the parser met first that it cannot take, as positions in the text; words are made of it only if somebody
/// asks.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct CronFault
{
    private CronField _field;
    private int _start, _end, _low, _high;

    public CronFaultKind Kind { get; private set; }

    /// <summary>Gives the position that stands for "no further".</summary>
    public int Set(CronFaultKind kind, CronField field, int start, int end, int low = 0, int high = 0)
    {
        (Kind, _field, _start, _end, _low, _high) = (kind, field, start, end, low, high);
        return -1;
    }

    /// <summary>What is wrong and what to write; null if nothing is.</summary>
    public readonly string? In(ReadOnlySpan<char> text) => Kind switch
    {
        CronFaultKind.OutOfRange => CronErrors.OutOfRange(_field, text[_start.._end], _start),
        CronFaultKind.UnknownName => CronErrors.UnknownName(_field, text[_start.._end], _start),
        CronFaultKind.Unexpected => CronErrors.Unexpected(_field, text, _start),
        CronFaultKind.Reversed => CronErrors.Reversed(_field, text[_start.._end], _start, _low, _high),
        CronFaultKind.NoStep => CronErrors.NoStep(_field, _start),
        CronFaultKind.StepOutOfRange => CronErrors.StepOutOfRange(_field, text[_start.._end], _start),
        CronFaultKind.ExtraField => CronErrors.WrongCount(text),
        _ => null,
    };
}
