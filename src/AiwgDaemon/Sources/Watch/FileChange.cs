using System.Text.Json;
using AiwgDaemon.Bus;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Sources.Watch;

/// <summary>One change as it is reported. Paths are relative to the project, absolute if they are outside of it.</summary>
/// <param name="Kind">What became of the path.</param>
/// <param name="Path">The path that changed.</param>
/// <param name="Root">The watched path that it lies in.</param>
/// <param name="MovedFrom">The name before a rename, if it is known.</param>
/// <param name="MovedTo">The name after a rename, if it is known.</param>
/// <param name="Changed">When the path last changed, by this machine's clock.</param>
internal sealed record FileChange(FileEvents Kind, string Path, string Root, string? MovedFrom, string? MovedTo, DateTimeOffset Changed)
{
    private string Type => Kind switch
    {
        FileEvents.Create => EventTypes.FileCreate,
        FileEvents.Modify => EventTypes.FileModify,
        _ => EventTypes.FileDelete,
    };

    public DaemonEvent ToEvent(DateTimeOffset now) =>
        EventFactory.Create(
            now,
            EventSource.Watch,
            Type,
            NativePath.ToDisplay(Path),
            this,
            static (writer, change) => change.Write(writer),
            Changed
        );

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WritePath(writer, "path", "path_base64", Path);
        writer.WriteString("event_type", Type.AsSpan(5));
        writer.WriteString("root", NativePath.ToDisplay(Root));
        if (MovedFrom is not null) WritePath(writer, "moved_from", "moved_from_base64", MovedFrom);
        if (MovedTo is not null) WritePath(writer, "moved_to", "moved_to_base64", MovedTo);
        writer.WriteEndObject();
    }

    private static void WritePath(Utf8JsonWriter writer, string name, string exactName, string path)
    {
        writer.WriteString(name, NativePath.ToDisplay(path));
        if (NativePath.HasEscapes(path)) writer.WriteBase64String(exactName, NativePath.ToBytes(path));
    }
}
