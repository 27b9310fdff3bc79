namespace AiwgDaemon.Logging;

/// <summary>Loggers that write to a <see cref="RollingFileWriter"/>, which is disposed with them.</summary>
internal sealed class FileLoggerProvider(RollingFileWriter writer, TimeProvider time) : LineLoggerProvider(time)
{
    public override void Dispose() => writer.Dispose();

    protected override void Take(ReadOnlySpan<byte> line, bool urgent) => writer.Write(line, urgent);
}
