using System.Runtime.InteropServices;

namespace AiwgDaemon.Rules.Machine;

/// <summary>When an input came: by the wall clock, which may be set, and by one that only goes forward.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Moment(DateTimeOffset Utc, TimeSpan Elapsed);
