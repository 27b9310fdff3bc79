using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using AiwgDaemon.Cli;
using AiwgDaemon.Control;
using AiwgDaemon.Lifecycle;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Cli;

/// <summary>What each command says, and its exit code, where no daemon runs and where the socket does not lead to one.</summary>
public sealed class UnreachableDaemonTests : IDisposable
{
    // What looks at the daemon or at what it left. The rest of the commands has nothing to do with a running one.
    private static readonly string[] Asking =
    [
        "status",
        "status --json",
        "status --prometheus",
        "stop",
        "reload",
        "emit deploy.requested",
        "rules resume format",
        "events",
        "events --json",
        "events --follow",
        "events show 4zj7",
        "logs",
        "actions",
        "actions --json",
        "actions list",
        "actions show 4zj7",
        "actions logs 4zj7",
        "actions cancel 4zj7",
        "actions retry 4zj7",
        "actions hold 4zj7",
        "actions release 4zj7",
        "actions run test",
        "pause",
        "resume",
        "task list",
        "task stats",
        "task submit test",
        "task show 4zj7",
        "task result 4zj7",
        "task wait 4zj7",
        "task cancel 4zj7",
        "task hold 4zj7",
        "task release 4zj7",
        "task retry 4zj7",
        "task approve 4zj7",
        "task reject 4zj7",
        "task diff 4zj7",
        "task open 4zj7",
        "task land 4zj7",
        "task clean 4zj7",
        "chat test",
        "dead-letters",
        "dead-letters --json",
        "dead-letters list",
        "dead-letters show 0198",
        "dead-letters retry --all",
        "dead-letters clear",
    ];

    private static readonly string[] Others =
    [
        "start",
        "restart",
        "list",
        "doctor",
        "version",
        "mcp",
        "mcp install",
        "api",
        "api schema",
        "rules",
        "rules list",
        "rules test",
        "task",
        "config",
        "config init",
        "config migrate",
        "config path",
        "config schema",
        "config show",
        "config validate",
        "cron",
        "cron explain",
        "cron next",
        "completions",
        "complete",
        "man",
        "service",
        "service print",
        "service install",
        "service uninstall",
    ];

    private readonly TemporaryDirectory _directory = new();
    private readonly ProjectPaths _paths;

    public UnreachableDaemonTests()
    {
        _paths = new(_directory.Path);
        Directory.CreateDirectory(_paths.Daemon);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Each_command_is_here_or_needs_no_daemon()
    {
        var all = CommandTree.Create().Subcommands.SelectMany(c => PathsOf(c, ""));
        all.Except(Others)
            .ShouldBe(
                Asking
                    .Select(line => string.Join(' ', line.Split(' ').TakeWhile(w => !w.StartsWith('-')).Where(w => !IsArgument(w))))
                    .Distinct(),
                ignoreOrder: true
            );
    }

    [Fact]
    public void Where_no_daemon_has_run() => Transcript(Asking).ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());

    [Fact]
    public void A_daemon_whose_socket_was_removed_is_not_called_stopped()
    {
        using var claim = ProjectClaim.Take(_paths);
        foreach (var line in (string[])["emit deploy.requested", "reload", "events --follow", "actions run test", "dead-letters clear"])
        {
            using var output = new StringWriter { NewLine = "\n" };
            using var error = new StringWriter { NewLine = "\n" };
            CommandLine.Run([.. line.Split(' '), "--project", _paths.Project], output, error).ShouldBe(1, line);
            error
                .ToString()
                .ShouldStartWith(
                    $"aiwg-daemon: A daemon runs for {_paths.Project}, but nothing listens at {_paths.Socket}; ",
                    customMessage: line
                );
        }
    }

    [Fact]
    public void An_empty_name_of_a_project_is_not_the_working_directory()
    {
        foreach (var line in (string[])["start", "stop", "status", "config validate", "emit x"])
        {
            using var error = new StringWriter { NewLine = "\n" };
            CommandLine.Run([.. line.Split(' '), "--project", ""], error, error).ShouldBe(2, line);
            error.ToString().ShouldBe("aiwg-daemon: --project is empty; name a directory, or leave it out\n", line);
        }
    }

    [Fact]
    public void Nothing_is_said_of_events_that_were_not_asked_for()
    {
        using var output = new StringWriter { NewLine = "\n" };
        CommandLine.Run(["events", "--lines", "0", "--project", _paths.Project], output, output).ShouldBe(0);
        output.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void A_socket_that_a_killed_daemon_left_is_as_none()
    {
        var fresh = Transcript(Asking);
        using (var stale = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Renamed, so that closing it does not remove it.
            var elsewhere = _directory.Combine("s");
            stale.Bind(new UnixDomainSocketEndPoint(elsewhere));
            File.Move(elsewhere, _paths.Socket);
        }
        File.Exists(_paths.Socket).ShouldBeTrue();
        Transcript(Asking).ShouldBe(fresh);
        File.Delete(_paths.Socket);
        File.WriteAllText(_paths.Socket, "");
        Transcript(Asking).ShouldBe(fresh, "a file that is no socket");
    }

    [Fact]
    public void Where_something_else_answers()
    {
        using var holder = InstanceLock.TryTake(_paths.Lock).ShouldNotBeNull();
        var text = new StringBuilder();
        foreach (
            var (what, answer) in new (string, string?)[]
            {
                ("no JSON", "HTTP/1.1 400 Bad Request\r\n\r\n"),
                ("it closes the connection", null),
                ("no object", "[1]\n"),
                ("a result of nothing", "{\"jsonrpc\":\"2.0\",\"id\":1}\n"),
                ("an error that is none", "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":\"no\"}\n"),
                ("half a message", "{\"jsonrpc\":\"2.0\",\"id\":1,"),
                ("a daemon of another user", Encoding.UTF8.GetString(ControlServer.RefusalOf(1000).Span)),
            }
        )
        {
            using var server = new FakeServer(_paths.Socket, answer);
            // Without stop, which would end the holder of the lock: this very process.
            string[] lines =
                text.Length == 0
                    ? [.. Asking.Where(a => a != "stop")]
                    : ["reload", "emit deploy.requested", "events --follow", "actions cancel 4zj7"];
            text.Append(CultureInfo.InvariantCulture, $"=== {what}\n").Append(Transcript(lines));
        }
        text.ToString().ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());
    }

    [Fact]
    public async Task Where_nothing_answers()
    {
        using var server = new FakeServer(_paths.Socket, answer: null, silent: true);
        using var client = ControlClient.TryConnect(_paths.Socket).ShouldNotBeNull();
        var failure = await Should.ThrowAsync<TimeoutException>(() =>
            client.CallAsync("event.emit", timeout: TimeSpan.FromSeconds(0.1), token: TestContext.Current.CancellationToken)
        );
        failure.Message.ShouldBe("The daemon did not answer 'event.emit' within 0.1 s; see 'aiwg-daemon status'");
    }

    [Fact]
    public void Where_the_socket_may_not_be_used()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var server = new FakeServer(_paths.Socket, answer: null);
        File.SetUnixFileMode(_paths.Socket, UnixFileMode.None);
        var text = "";
        Capabilities.WithoutOverridingModes(() => text = Transcript(Asking));
        text.ShouldMatchApproved(c => c.SubFolder("Golden").NoDiff());
    }

    private static bool IsArgument(string word) => word is "deploy.requested" or "format" or "4zj7" or "test" or "0198";

    private static IEnumerable<string> PathsOf(Command command, string before)
    {
        var path = before + command.Name;
        return command.Subcommands.SelectMany(c => PathsOf(c, path + " ")).Prepend(path);
    }

    private string Transcript(string[] lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            using var output = new StringWriter { NewLine = "\n" };
            using var error = new StringWriter { NewLine = "\n" };
            var code = CommandLine.Run([.. line.Split(' '), "--project", _directory.Path], output, error);
            text.Append(CultureInfo.InvariantCulture, $"$ aiwg-daemon {line}\n{output}{error}(exit code {code})\n\n");
        }
        return text.Replace(_directory.Path, "/srv/site")
            .Replace($"pid {Environment.ProcessId}", "pid 4242")
            .Replace($"\"pid\": {Environment.ProcessId}", "\"pid\": 4242")
            .ToString();
    }

    /// <summary>Takes connections and says one thing on each once it was asked something, or nothing at all.</summary>
    private sealed class FakeServer : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        private readonly string _path;
        private readonly Thread _thread;

        public FakeServer(string path, string? answer, bool silent = false)
        {
            _path = path;
            _listener.Bind(new UnixDomainSocketEndPoint(path));
            _listener.Listen();
            _thread = new Thread(() => Serve(answer, silent)) { IsBackground = true };
            _thread.Start();
        }

        public void Dispose()
        {
            _listener.Dispose();
            _thread.Join();
            File.Delete(_path);
        }

        private void Serve(string? answer, bool silent)
        {
            List<Task> talks = [];
            List<Socket> open = [];
            try
            {
                while (true)
                {
                    var socket = _listener.Accept();
                    open.Add(socket);
                    if (!silent) talks.Add(TalkAsync(socket, answer));
                }
            }
            catch (SocketException)
            {
                // The listener was closed: the test is over.
            }
            foreach (var socket in open) socket.Dispose();
            Task.WhenAll(talks).GetAwaiter().GetResult();
        }

        // Beside each other: some commands have two connections.
        private static async Task TalkAsync(Socket socket, string? answer)
        {
            try
            {
                if (await socket.ReceiveAsync(new byte[4096]) > 0 && answer is not null)
                    await socket.SendAsync(Encoding.UTF8.GetBytes(answer));
            }
            catch (SocketException)
            {
                // The command went away first.
            }
            socket.Dispose();
        }
    }
}
