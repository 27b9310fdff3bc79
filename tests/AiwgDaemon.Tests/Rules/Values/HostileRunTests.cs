using System.Diagnostics;
using AiwgDaemon.Rules;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Rules.Values;

/// <summary>What is allowed is run for real, by every shell of this machine that may be <c>/bin/sh</c>.</summary>
public sealed class HostileRunTests
{
    private static readonly string[] Values =
    [
        "$(touch pwned)",
        "`touch pwned`",
        "; touch pwned",
        "'; touch pwned; '",
        "\"; touch pwned; \"",
        "\n touch pwned\n",
        "| touch pwned",
        "|touch pwned",
        "touch pwned|",
        "!touch pwned",
        "a[$(touch pwned)]",
        "x;touch pwned",
        "$(shell touch pwned)",
        "system(\"touch pwned\")",
        "__import__('os').system('touch pwned')",
        "@{[`touch pwned`]}",
        "#{`touch pwned`}",
        "1e touch pwned",
        "+!touch pwned",
        "\\input|touch pwned",
        "ext::sh -c touch% pwned",
        "EOF\ntouch pwned",
        "%s$(touch pwned)%n",
        "<(touch pwned)",
        "${IFS}touch${IFS}pwned",
        "() { :;}; touch pwned",
    ];

    public static TheoryData<string> Scripts =>
        [
            .. """
                printf '%s' VALUE
                echo "a 'VALUE' b" 'c VALUE d'
                sh -c 'printf "%s" "$1"' sh VALUE
                bash -euo pipefail -c 'printf "%s" "$1"' _ VALUE
                X=VALUE; Y="$X"; printf '%s' "$Y" ${#X}
                for f in VALUE other; do printf '%s' "$f"; done
                f() { printf '%s' "$1"; }; f VALUE
                set -- VALUE; printf '%s' "$@"
                case VALUE in *.ts) echo ts;; VALUE) echo same;; esac
                [ VALUE = x ] || [ "VALUE" -gt 5 ] || test -n "VALUE" || true
                cat <<EOF\nVALUE and $HOME\nEOF
                echo VALUE | while read -r line; do printf '%s' "$line"; done
                f=VALUE; printf '%s' "${f%.ts}" "${f##*/}" "${f:-none}" "${none:-VALUE}"
                printf '%s' "$(printf '%s' VALUE)"
                env TARGET=VALUE sh -c 'printf "%s" "$TARGET"'
                awk -v v=VALUE 'BEGIN { print v }'
                awk -v n=VALUE 'BEGIN { print n + 1 }'
                awk '{ print }' VALUE
                sed -n 1p VALUE
                sed -e s/a/b/ -- VALUE
                jq -n --arg v VALUE '$v'
                jq . VALUE
                grep -F VALUE /dev/null
                sort VALUE
                find . -name VALUE
                find . -path VALUE -exec printf %s {} \\;
                printf '%s\\0' VALUE | xargs -0 printf '%s'
                printf '%s\\0' VALUE | xargs -0 -I@ printf '%s' @
                python3 -c 'import sys; print(sys.argv[1])' VALUE
                python3 - VALUE <<'EOF'\nimport sys\nprint(sys.argv[1])\nEOF
                perl -e 'print $ARGV[0]' VALUE
                node -e 'console.log(process.argv[1])' VALUE
                git --no-pager log -1 --format=%s VALUE
                git ls-remote VALUE
                git clone -q -- VALUE checkout
                tar -cf /dev/null VALUE
                tar -cf /dev/null -C . -- VALUE
                tar -tf ./VALUE
                zip -q out.zip VALUE
                sqlite3 ./VALUE .schema
                openssl dgst -sha256 ./VALUE
                timeout 9 nice -n 1 printf '%s' VALUE
                flock lock printf '%s' VALUE
                stdbuf -oL printf '%s' VALUE
                setsid -w printf '%s' VALUE
                expr VALUE + 1
                bc < /dev/null; printf '%s' VALUE
                ls -- VALUE
                cp -- VALUE copy
                mkdir -p ./VALUE
                touch ./VALUE && ls
                """.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
                line.Trim().Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
            ),
        ];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void No_value_runs_in_a_script_that_is_allowed(string script)
    {
        if (OperatingSystem.IsWindows()) return;
        var action = Trial.Script(script.Replace("VALUE", "{{event.payload.x}}", StringComparison.Ordinal));
        Templates.Check(action).ShouldBeNull(script);
        using var directory = new TemporaryDirectory();
        // Programs that take long to start get those values only that are written for them.
        var isSlow = script.StartsWith("python3", StringComparison.Ordinal) || script.StartsWith("node", StringComparison.Ordinal);
        var values = isSlow ? Values.Where(v => v.Contains("pwned')", StringComparison.Ordinal) || v.Contains('`')).ToArray() : Values;
        foreach (var shell in (string[])["/bin/sh", "/bin/bash"])
        {
            if (!File.Exists(shell)) continue;
            // bash differs where it evaluates; the rest is the same.
            foreach (
                var value in shell == "/bin/sh"
                    ? values
                    : values.Where(v => v.StartsWith("a[", StringComparison.Ordinal) || v.Contains('`'))
            )
            {
                var expanded = Templates.Expand(
                    action,
                    TestEvents.Manual("t", $"{{\"x\":{System.Text.Json.JsonSerializer.Serialize(value, Bus.JsonStrings.Default.String)}}}"),
                    out _
                );
                Run(shell, expanded.Command, expanded.Env, directory.Path);
            }
        }
        Directory.EnumerateFileSystemEntries(directory.Path, "pwned*", SearchOption.AllDirectories).ShouldBeEmpty(script);
    }

    private static void Run(string shell, string command, IReadOnlyDictionary<string, string> env, string directory)
    {
        var start = new ProcessStartInfo(shell, ["-c", command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = directory,
        };
        foreach (var (name, value) in env)
            start.Environment[name] = value;
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        errors.Wait(60_000);
        process.WaitForExit(60_000).ShouldBeTrue();
    }
}
