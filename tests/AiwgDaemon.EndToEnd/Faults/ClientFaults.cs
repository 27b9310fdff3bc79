using System.Net.Sockets;
using System.Text;
using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Faults;

/// <summary>Clients that send anything, say nothing, or come all at once.</summary>
internal static class ClientFaults
{
    public static IEnumerable<Fault> All =>
    [
        new("hostile JSON-RPC frames", FramesAsync),
        new("100 starts, stops and reloads at once", CrowdAsync),
    ];

    private static async Task FramesAsync(Laboratory lab)
    {
        await lab.StartAsync();
        byte[][] frames =
        [
            "\0\0\0\n"u8.ToArray(), "{\n"u8.ToArray(), "[]\n"u8.ToArray(), "null\n"u8.ToArray(), "\"\\ud800\"\n"u8.ToArray(),
            Encoding.ASCII.GetBytes(new string('[', 100_000) + "\n"),
            Encoding.ASCII.GetBytes(new string('x', 2 * 1024 * 1024)),
            """{"jsonrpc":"2.0","id":1e999,"method":"daemon.status"}"""u8.ToArray().Append((byte)'\n').ToArray(),
            """{"jsonrpc":"2.0","id":{},"method":["event.emit"],"params":7}"""u8.ToArray().Append((byte)'\n').ToArray(),
            """{"jsonrpc":"2.0","id":1,"method":"action.cancel","params":{"id":"../../../etc/passwd"}}"""u8
                .ToArray()
                .Append((byte)'\n')
                .ToArray(),
            """{"jsonrpc":"2.0","id":1,"method":"event.list","params":{"limit":-99999999999}}"""u8.ToArray().Append((byte)'\n').ToArray(),
        ];
        var silent = new List<Socket>();
        for (var i = 0; i < 200; i++)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(lab.Paths.Socket));
            try
            {
                var frame = lab.Random.Next(3) == 0 ? Noise(lab.Random) : frames[lab.Random.Next(frames.Length)];
                await socket.SendAsync(frame);
            }
            catch (SocketException)
            {
                // Refused in the middle: its good right.
            }
            if (i % 10 == 0) silent.Add(socket);
            else socket.Dispose();
        }
        (await lab.EmitAsync()).ShouldBeTrue("silent clients hold up nobody");
        silent.ForEach(socket => socket.Dispose());
        await Eventually.Until(() => Processes.Descriptors(lab.Pid) < 100, "the connections to be gone");
        await lab.ShouldBeWellAsync();
    }

    private static byte[] Noise(Random random)
    {
        var noise = new byte[random.Next(1, 5000)];
        random.NextBytes(noise);
        noise[^1] = (byte)'\n';
        return noise;
    }

    private static async Task CrowdAsync(Laboratory lab)
    {
        await lab.StartAsync();
        string[][] commands = [["start"], ["stop"], ["reload"]];
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => lab.Project.Run(commands[lab.Random.Next(3)])));
        foreach (var result in results)
        {
            if (result.ExitCode != 0) result.Error.Trim().ShouldNotBeEmpty($"'{result.Command}' gave {result.ExitCode} and no message");
            result.Error.ShouldNotContain("Internal error");
            // 143: a start that was terminated by a stop before it was ready.
            result.ExitCode.ShouldBeOneOf(result.Command == "start" ? [0, 1, 4, 143] : result.Command == "stop" ? [0] : [0, 1, 3]);
        }
        (await lab.Project.Run("start")).ExitCode.ShouldBeOneOf(0, 4);
        await lab.ShouldBeWellAsync();
    }
}
