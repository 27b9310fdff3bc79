using System.Text;

namespace AiwgDaemon.Lifecycle.Services;

/// <summary>The unit of a project for systemd 245 or later, see systemd.service(5) and systemd.exec(5). Pure.</summary>
internal static class SystemdUnit
{
    public static string Render(ServiceDefinition service)
    {
        var program = Quote(service.Program, isArgument: false);
        var project = Quote(service.Project, isArgument: true);
        var text = new StringBuilder();
        text.Append($"""
            [Unit]
            Description=AIWG daemon for {Specifiers(OneLine(service.Project))}
            RequiresMountsFor={Quote(service.Project, isArgument: false)}
            # Five failures in five minutes are enough to call a person.
            StartLimitIntervalSec=300
            StartLimitBurst=5

            [Service]
            Type=notify
            NotifyAccess=main
            ExecStart={program} {string.Join(' ', service.Arguments.Select(a => Quote(a, isArgument: true)))}
            ExecReload={program} reload --project {project}
            Restart=on-failure
            RestartSec=5
            # Wrong usage, already running, invalid configuration: trying again would not help.
            RestartPreventExitStatus=2 4 5
            WatchdogSec=60
            # The daemon ends its actions itself, with their grace; what is left afterwards is killed.
            KillMode=mixed
            # An action that ran out of memory must not take the daemon with it.
            OOMPolicy=continue
            Environment={Quote("PATH=" + service.SearchPath, isArgument: false)}

            """);
        // The manager reads this line without quotes, so that not every path can be written.
        if (service.Project == OneLine(service.Project))
        {
            text.Append($"""
                # Secrets for *_env keys, one NAME=value a line; the file is yours to write, with mode 0600.
                EnvironmentFile=-{Specifiers(Path.Combine(service.Project, ".aiwg", "daemon", "environment"))}

                """);
        }
        text.Append(service.ForUser ? UserLines : $"User={service.Owner}\n{MachineLines}");
        return text.ToString().ReplaceLineEndings("\n");
    }

    // What a manager without privileges can do without a user namespace, which would get in the way of actions.
    private const string UserLines = """
        NoNewPrivileges=yes
        LockPersonality=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes

        [Install]
        WantedBy=default.target

        """;

    // Nothing here hides files or devices that might be watched or that an action might need: no PrivateTmp, no ProtectHome,
    // and no ProtectClock, which brings a list of allowed devices.
    private const string MachineLines = """
        NoNewPrivileges=yes
        ProtectSystem=full
        ProtectControlGroups=yes
        ProtectHostname=yes
        ProtectKernelLogs=yes
        ProtectKernelModules=yes
        ProtectKernelTunables=yes
        LockPersonality=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes

        [Install]
        WantedBy=multi-user.target

        """;

    /// <summary>One word of a command line: in quotes if it needs them, with specifiers, and in arguments variables too, taken as
    /// text.</summary>
    private static string Quote(string word, bool isArgument)
    {
        if (word.Length > 0 && word.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.')) return word;
        var quoted = new StringBuilder("\"");
        foreach (var c in Specifiers(word))
        {
            if (c is '"' or '\\') quoted.Append('\\').Append(c);
            else if (c == '$' && isArgument) quoted.Append("$$");
            else if (char.IsControl(c)) quoted.Append($"\\x{(int)c:x2}");
            else quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }

    private static string Specifiers(string text) => text.Replace("%", "%%", StringComparison.Ordinal);

    private static string OneLine(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).TrimEnd('\\', ' ');
}
