using System.CommandLine;

namespace AiwgDaemon.Cli;

/// <summary>
/// <c>completions</c>: a script that teaches a shell to complete. The scripts only ask <see cref="CompleteCommand"/>, so that
/// they fit every version of the program, and know the names of a project's actions and jobs.
/// </summary>
internal static class CompletionsCommand
{
    private const string Bash = """
        # aiwg-daemon: completion for bash
        _aiwg_daemon() {
          local line words=("${COMP_WORDS[@]:1:COMP_CWORD}")
          COMPREPLY=()
          while IFS= read -r line; do
            case $line in
              :file) compopt -o default 2> /dev/null ;;
              :dir) compopt -o dirnames 2> /dev/null ;;
              *) COMPREPLY+=("$(printf %q "${line%%$'\t'*}")") ;;
            esac
          done < <("${COMP_WORDS[0]/#\~/$HOME}" complete -- "${words[@]}" 2> /dev/null)
        }
        complete -F _aiwg_daemon aiwg-daemon

        """;

    private const string Zsh = """
        #compdef aiwg-daemon
        # aiwg-daemon: completion for zsh
        _aiwg_daemon() {
          local line
          local -a values
          for line in "${(@f)$("${(Q)words[1]/#\~/$HOME}" complete -- "${(@Q)words[2,CURRENT]}" 2> /dev/null)}"; do
            case $line in
              '') ;;
              :file) _files ;;
              :dir) _files -/ ;;
              *) values+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
            esac
          done
          (( $#values )) && _describe aiwg-daemon values
        }
        if [ "$funcstack[1]" = _aiwg-daemon ]; then
          _aiwg_daemon "$@"
        else
          compdef _aiwg_daemon aiwg-daemon
        fi

        """;

    private const string Fish = """
        # aiwg-daemon: completion for fish
        function __aiwg_daemon_complete
          set -l before (commandline -opc)
          set -l current (commandline -ct)
          test -n "$current"; or set current ''
          for line in (command $before[1] complete -- $before[2..-1] $current 2> /dev/null)
            switch $line
              case ':file'
                __fish_complete_path $current
              case ':dir'
                __fish_complete_directories $current
              case '*'
                echo $line
            end
          end
        end
        complete -c aiwg-daemon -f -a '(__aiwg_daemon_complete)'

        """;

    private const string PowerShell = """
        # aiwg-daemon: completion for PowerShell
        Register-ArgumentCompleter -Native -CommandName aiwg-daemon -ScriptBlock {
          param($wordToComplete, $commandAst, $cursorPosition)
          $words = $commandAst.CommandElements | Select-Object -Skip 1
          $before = @($words | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })
          # An empty word would get lost on its way in older versions.
          $arguments = if ($wordToComplete) { @('--') + $before + $wordToComplete } else { @('--new-word', '--') + $before }
          & $commandAst.GetCommandName() complete @arguments 2> $null | ForEach-Object {
            if ($_ -eq ':file' -or $_ -eq ':dir') {
              [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete)
            } else {
              $value, $tip = $_ -split "`t", 2
              if (-not $tip) { $tip = $value }
              [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $tip)
            }
          }
        }

        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completions", "Print a script that makes a shell complete commands, options and names of the project")
        {
            shell,
        };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(ScriptFor(parsed.GetRequiredValue(shell))));
        return HelpScreen.WithExamples(command,
            "completions bash > ~/.local/share/bash-completion/completions/aiwg-daemon",
            "completions zsh > ~/.zfunc/_aiwg-daemon  # a directory in fpath, before compinit",
            "completions fish > ~/.config/fish/completions/aiwg-daemon.fish",
            "completions pwsh >> $PROFILE");
    }

    private static string ScriptFor(string shell) => (shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => PowerShell,
    }).ReplaceLineEndings("\n");
}
