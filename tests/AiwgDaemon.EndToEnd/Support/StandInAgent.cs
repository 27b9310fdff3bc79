using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd.Support;

/// <summary>Programs claude and codex that play recorded streams of the real ones, as the file <c>mode</c> of the project says: ok, nothing (says something),
/// limit (for two seconds), auth, overloaded, broken, hold (until a file hold is gone). Each start leaves a line in <c>argv</c>, and what
/// was on standard input in <c>input.N</c>.</summary>
internal sealed class StandInAgent
{
    private readonly TestProject _project;

    public StandInAgent(TestProject project)
    {
        _project = project;
        foreach (var name in new[] { "claude", "codex" })
        {
            project.WriteFile(Path.Combine("bin", name), Script(name).Replace("\r", "", StringComparison.Ordinal));
            File.SetUnixFileMode(
                project.Combine("bin", name),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        }
        Mode = "ok";
    }

    /// <summary>What the next start does.</summary>
    public string Mode
    {
        set => _project.WriteFile("mode", value);
    }

    public string Program(string name) => _project.Combine("bin", name);

    /// <summary>The arguments of each start so far.</summary>
    public string[] Starts => File.Exists(_project.Combine("argv")) ? File.ReadAllLines(_project.Combine("argv")) : [];

    /// <summary>What a start found on standard input; from 1.</summary>
    public string Input(int start) => File.ReadAllText(_project.Combine($"input.{start}"));

    private string Script(string name) => $$"""
        #!/bin/sh
        root='{{_project.Root}}'
        rec='{{Path.Combine(Repository.Root, "tests", "AiwgDaemon.Tests", "Agents", "Recordings")}}'
        echo "$*" >> "$root/argv"
        cat > "$root/input.$(wc -l < "$root/argv" | tr -d ' ')"
        env >> "$root/env"
        case $(cat "$root/mode") in
          ok) echo 'made by the agent' > made.txt; cat "$rec/{{name}}-ok.jsonl" ;;
          nothing) cat "$rec/{{name}}-text.jsonl" ;;
          hold)
            head -n 1 "$rec/{{name}}-ok.jsonl"
            echo 'half of it' > made.txt
            while test -e "$root/hold"; do sleep 0.05; done
            cat "$rec/{{name}}-ok.jsonl" ;;
          limit)
            head -n 1 "$rec/{{name}}-ok.jsonl"
            printf '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":%s}' $(($(date +%s) + 2))
            echo '}'
            exit 1 ;;
          *) cat "$rec/{{name}}-$(cat "$root/mode").jsonl"; exit 1 ;;
        esac

        """;
}
