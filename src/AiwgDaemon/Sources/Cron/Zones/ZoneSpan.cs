using System.Runtime.InteropServices;

namespace AiwgDaemon.Sources.Cron.Zones;

/// <summary>A stretch of time in which a zone has one offset.</summary>
/// <param name="From">The first instant, ticks of UTC; <see cref="long.MinValue"/> if it has no beginning.</param>
/// <param name="To">The first instant after it, ticks of UTC; <see cref="long.MaxValue"/> if it has no end.</param>
/// <param name="Offset">What a clock shows beyond UTC, in ticks.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ZoneSpan(long From, long To, long Offset);
