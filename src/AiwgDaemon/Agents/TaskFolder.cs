using System.Globalization;
using System.Text;
using System.Text.Json;
using AiwgDaemon.Platform;

namespace AiwgDaemon.Agents;

/// <summary>
/// The files of tasks: <c>tasks/N/</c> with prompt.md, task.json, and result.md after the end. What is written is on the disk on return. An
/// <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> says what cannot be written. Not thread-safe.
/// </summary>
/// <param name="path">The directory <c>.aiwg/daemon/tasks</c>, absolute; it is made with the first task.</param>
internal sealed class TaskFolder(string path)
{
    public const int LargestPrompt = 1024 * 1024;
    private const int LargestResult = 1024 * 1024;

    public bool Exists => Directory.Exists(path);

    /// <summary>All tasks that can be read, in the order of their numbers; a file that is damaged is left where it is, and told.</summary>
    /// <param name="damaged">Is told of each file that cannot be read.</param>
    public List<AgentTask> ReadAll(Action<string> damaged)
    {
        var tasks = new List<AgentTask>();
        foreach (var number in Numbers())
        {
            var file = FileOf(number, "task.json");
            try
            {
                var task = JsonSerializer.Deserialize(SecureFile.ReadAll(file, LargestResult), AgentTaskJsonContext.Default.AgentTask);
                if (task is not null) tasks.Add(task with { Number = number });
                else damaged($"{file} is empty");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
            {
                // Killed between the directory and its first file: that task was never accepted.
                if (e is not (FileNotFoundException or DirectoryNotFoundException)) damaged($"{file} cannot be read: {e.Message}");
            }
        }
        tasks.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        return tasks;
    }

    /// <summary>A number that no task had, and the directory for it.</summary>
    public int Reserve()
    {
        if (!Exists)
        {
            SecureFile.CreateDirectory(path);
            SecureFile.FlushDirectory(Path.GetDirectoryName(path)!);
        }
        var number = Numbers().DefaultIfEmpty().Max() + 1;
        SecureFile.CreateDirectory(Place(number));
        return number;
    }

    /// <summary>The prompt, then the task: a task that is there has its prompt.</summary>
    public void Begin(AgentTask task, string prompt)
    {
        SecureFile.Replace(FileOf(task.Number, "prompt.md"), prompt, SecureFile.Private, flush: true);
        Write(task);
        SecureFile.FlushDirectory(path);
    }

    public void Write(AgentTask task) =>
        SecureFile.Replace(
            FileOf(task.Number, "task.json"),
            JsonSerializer.SerializeToUtf8Bytes(task, AgentTaskJsonContext.Default.AgentTask),
            SecureFile.Private,
            flush: true
        );

    public void WriteResult(int number, string result) => SecureFile.Replace(FileOf(number, "result.md"), result, SecureFile.Private);

    public string Prompt(int number) => Read(number, "prompt.md") ?? "";

    /// <summary>Null if it has none that can be read.</summary>
    public string? Result(int number) => Read(number, "result.md");

    private string? Read(int number, string name)
    {
        try
        {
            return Encoding.UTF8.GetString(SecureFile.ReadAll(FileOf(number, name), LargestResult + LargestPrompt));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Missing, or damaged by somebody: what is known of the task is shown all the same.
            return null;
        }
    }

    private IEnumerable<int> Numbers() =>
        !Exists
            ? []
            : Directory
                .EnumerateDirectories(path)
                .Select(static directory =>
                    int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0
                )
                .Where(static number => number > 0);

    private string Place(int number) => Path.Combine(path, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>One of its files.</summary>
    public string FileOf(int number, string name) => Path.Combine(Place(number), name);
}
