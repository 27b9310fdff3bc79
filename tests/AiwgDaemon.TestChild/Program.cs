using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using AiwgDaemon.TestChild;

// A real child process for tests; one word says what it does, no timing is assumed anywhere:
//   echo TEXT…        writes its arguments          exit N           ends with that code
//   sleep SECONDS     waits                         ignore-term      says "ready", lives until SIGKILL
//   flood BYTES       writes that many bytes to standard output and says how many on standard error
//   bytes             argv, AIWG_* variables and standard input, each in hexadecimal on a line
//   arguments TEXT…   its arguments, each as UTF-16 in hexadecimal on a line
//   tree DEPTH        starts itself so deep, says "grown" and waits for five minutes
//   platform          what this system has and lacks of what the program uses on Windows
var output = Console.OpenStandardOutput();
switch (args)
{
    case ["echo", .. var words]:
        Write(string.Join(' ', words) + "\n");
        return 0;
    case ["exit", var code]:
        return int.Parse(code);
    case ["sleep", var seconds]:
        Thread.Sleep(TimeSpan.FromSeconds(double.Parse(seconds)));
        return 0;
    case ["ignore-term"]:
        using (PosixSignalRegistration.Create(PosixSignal.SIGTERM, static context => context.Cancel = true))
        {
            Write("ready\n");
            Thread.Sleep(Timeout.Infinite);
        }
        return 0;
    case ["flood", var count]:
        Flood(long.Parse(count));
        await Console.Error.WriteAsync($"\nwrote {count}\n");
        return 0;
    case ["bytes", ..]:
        foreach (var argument in Entries("/proc/self/cmdline").SkipWhile(static entry => entry != "6279746573").Skip(1))
            Write($"arg {argument}\n");
        foreach (
            var variable in Entries("/proc/self/environ")
                .Where(static entry => entry.StartsWith("414957475F", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        )
            Write($"env {variable}\n");
        var input = new MemoryStream();
        await Console.OpenStandardInput().CopyToAsync(input);
        Write($"in {Convert.ToHexString(input.ToArray())}\n");
        return 0;
    case ["arguments", .. var rest]:
        foreach (var argument in rest) Write($"{Convert.ToHexStringLower(Encoding.Unicode.GetBytes(argument))}\n");
        return 0;
    case ["tree", var depth] when int.Parse(depth) > 0:
        using (var below = Process.Start(Environment.ProcessPath!, ["tree", $"{int.Parse(depth) - 1}"])) below.WaitForExit();
        return 0;
    case ["tree", _]:
        Write("grown\n");
        Thread.Sleep(TimeSpan.FromMinutes(5));
        return 0;
    case ["platform"]:
        foreach (var (what, lacks) in Platform.Lacks())
            Write(lacks is null ? $"has {what}\n" : $"lacks {what}: {lacks}\n");
        return 0;
    default:
        await Console.Error.WriteLineAsync(
            "usage: echo TEXT… | exit N | sleep SECONDS | ignore-term | flood BYTES | bytes | arguments TEXT… | tree DEPTH | platform"
        );
        return 2;
}

void Write(string text) => output.Write(Encoding.UTF8.GetBytes(text));

void Flood(long count)
{
    var line = Encoding.ASCII.GetBytes(new string('x', 4095) + "\n");
    for (; count > 0; count -= line.Length) output.Write(line, 0, (int)Math.Min(count, line.Length));
}

// As the kernel has them: NUL-separated bytes.
static IEnumerable<string> Entries(string path)
{
    var bytes = File.ReadAllBytes(path);
    for (var start = 0; start < bytes.Length;)
    {
        var end = Array.IndexOf(bytes, (byte)0, start);
        if (end < 0) end = bytes.Length;
        yield return Convert.ToHexString(bytes, start, end - start);
        start = end + 1;
    }
}
