using System.Runtime.InteropServices;

namespace AiwgDaemon.Sources.Cron.Zones;

/// <summary>A zone has another offset from an instant on; both are ticks, the instant of UTC.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ZoneChange(long At, long Offset);
