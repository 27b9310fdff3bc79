namespace AiwgDaemon.Rules.Values;

/// <summary>
/// The programs that have a language of their own or run other programs, and where on their command line a value is data. SECURITY.md
/// shows this table; a program that is not in it sees a value as an argument.
///
/// A row: names | flags | options | operands | a way that works (V is the placeholder).
/// Flags: + options end at the first operand · s a value in an unknown option is refused · &lt; reads a program from standard input if it
/// is given none, &lt;&lt; always · p a shell whose scripts are looked into · c another interpreter: looked for among the arguments of
/// unknown programs, as shells are · x extended test ([) evaluates numbers · f looks for an interpreter anywhere behind it · o the first
/// operand is a bundle of options (tar) · n its -- protects nothing · v its variables are code too · y &lt;&gt; in its program opens what
/// is named · i options in any case, or cut off (PowerShell).
/// Options: -x a flag, or followed by what its argument is: : data · ? data, only attached · # digits, only attached · ~ data, always the
/// next word · ! code · $ a shell's script · = NAME=VALUE · ^ a setting of git · 2 a name and data · % words that stand for themselves
/// (env -S); then . if it ends the options, and &gt; the operands that follow from it.
/// Operands: d data · ! code · $ a script · > a command · => NAME=VALUE, then a command · @ a subcommand with a row "name sub" or
/// "name *" · S arguments of sh · X a command that gets values from standard input · $* all of them are joined to a script · m data if --
/// or other text stands before it · l data if other text stands before it · r data, but no path of another machine · g a setting of git and
/// its value · F an expression of find · N arguments of node; * repeats.
/// </summary>
internal static class ProgramTable
{
    public const string Rows =
        """
        sh bash dash ash zsh ksh ksh93 mksh pdksh lksh oksh loksh yash rbash rksh rzsh posh | +sp< | -c>$,d* -s>d* -o~ -O~ --init-file! --rcfile! | !,d* | sh -c 'printf "%s\n" "$1"' sh V
        csh tcsh fish xonsh nu elvish ion | +sc< | -c!.>d* -C! --command!.>d* --commands!.>d* --init-command! --config! --env-config! -d: -o: | !,d* | sh -c 'printf "%s\n" "$1"' sh V
        pwsh powershell | +sci< | -command.>!* -encodedcommand.>!* -ec.>!* -file>!,d* -cwa.>!,d* -commandwithargs.>!,d* -workingdirectory: | !,d* | pwsh -File script.ps1 V
        cmd command.com cscript wscript mshta rundll32 | c | | !* | sh -c 'printf "%s\n" "$1"' sh V
        busybox toybox sash | + | | > | busybox cp V /srv
        eval | | | $* | printf '%s\n' V
        . source | < | | !,d* | sh -c 'printf "%s\n" "$1"' sh V
        trap | + | | $,d* | sh -c 'trap "echo ended" EXIT; cp "$1" /srv' sh V
        alias complete compgen bind fc enable hash getopts history | | | !* | printf '%s\n' V
        unset unfunction | | | !* | printf '%s\n' V
        read mapfile readarray vared | | -p: -d: -n: -N: -t: -u: -i: -C$ | !* | printf '%s\n' V
        exec command builtin coproc noglob nocorrect | + | -a: -v>d* -V>d* | > | exec cp V /srv
        printf | + | -v! | d* | printf '%s\n' V
        env genv | + | -u: -C: -a: -S% --split-string% --unset: --chdir: --argv0: | => | env MODE=fast cp V /srv
        sudo | + | -u: -g: -h: -p: -C: -r: -t: -T: -U: -D: -R: -a: -c: -e>d* --edit>d* --user: --group: --host: --prompt: --chdir: --chroot: | => | sudo cp V /srv
        doas | + | -u: -C! -a: -s>S | > | doas cp V /srv
        su | < | -c$ --command$ --session-command$ -s! --shell! -g: -G: -w: --group: | d,S | su site -c 'cp "$1" /srv' sh V
        runuser | < | -u:>> --user:>> -c$ --command$ --session-command$ -s! --shell! -g: -G: -w: | d,S | runuser -u site cp V /srv
        pkexec caffeinate unbuffer fakeroot setpriv firejail rlwrap nohup setsid eatmydata torsocks torify proxychains proxychains4 tsocks catchsegv | +f | -s: -i: -u: | > | nohup cp V /srv
        nice gnice chpst softlimit setuidgid cgexec numactl prlimit cpulimit logsave | +f | -n: -u: -l: -g: | > | nice -n 5 cp V /srv
        ionice | + | -c: -n: -p: -P: -u: | > | ionice -c 3 cp V /srv
        timeout gtimeout | + | -s: -k: --signal: --kill-after: | d,> | timeout 10 cp V /srv
        chrt taskset faketime setarch choom | +f | | d,> | taskset 1 cp V /srv
        linux32 linux64 i386 x86_64 systemd-inhibit systemd-cat dbus-run-session dbus-launch perf valgrind heaptrack | +f | | > | linux64 cp V /srv
        stdbuf | + | -i: -o: -e: | > | stdbuf -oL cp V /srv
        time gtime | + | -f: -o: | > | time cp V /srv
        hyperfine | | | !* | time cp V /srv
        strace ltrace truss dtruss | +f | -e: -E= -a: -b: -o! -p: -s: -u: -I: -O: -S: -P: -X: -F! -l: -n: -w: -A: --output! | > | strace -f cp V /srv
        chroot | +f< | --userspec: --groups: | d,> | chroot /srv/site cp V /tmp
        unshare nsenter | +f< | -S: -G: -R: -w: -t: -r? -m? -u? -i? -n? -p? -U? -C? -T? | > | unshare -n cp V /srv
        bwrap proot systemd-nspawn schroot machinectl ip | f | | d* | unshare -n cp V /srv
        flock | | -w: -E: --timeout: --wait: --conflict-exit-code: -c$ --command$ | d,> | flock /tmp/lock cp V /srv
        script | | -c$ --command$ -E: -I: -O: -B: -T: -m: -o: | d,> | sh -c 'cp "$1" /srv' sh V
        watch gwatch viddy | + | -n: -d? -q: --interval: -x.>> --exec.>> | $* | watch -x cat V
        parallel sem rush | << | | !* | printf '%s\0' V | xargs -0 cat --
        xargs gxargs | + | -I: -a: -d: -E: -L: -n: -P: -s: -R: -J: -e? -i? -l? --replace? --arg-file: --delimiter: --max-args: --max-procs: --max-lines? --eof? | X | printf '%s\0' V | xargs -0 cat --
        start-stop-daemon daemonize supervise | f | -x! -a! --exec! --startas! -c: -u: -g: -d: -p: -n: | d* | setsid cp V /srv
        crontab | << | -u: | !* | setsid cp V /srv
        run-parts at batch anacron | << | -f! -a: -A: -u: -q: -t: | d* | setsid cp V /srv
        systemd-run | +f | -E= --setenv= -p! --property! -u: --unit: -H: -M: --uid: --gid: --slice: --description: --on-active: --working-directory: -d: | > | systemd-run --user cp V /srv
        entr | + | -s.>$,d* | > | sh -c 'cp "$1" /srv' sh V
        watchexec nodemon chokidar onchange reflex air modd supervisor | f | -x! --exec! -c! --command! -S! --shell! | !* | sh -c 'cp "$1" /srv' sh V
        concurrently npm-run-all run-s run-p tmux byobu zellij kitty xterm gnome-terminal konsole xdotool wezterm | | | !* | sh -c 'cp "$1" /srv' sh V
        screen dtach abduco | +f | -X! -S: -t: | > | nohup cp V /srv
        cross-env dotenv dotenvx envdir direnv chamber op | +f | -e: -f: -p: | => | env MODE=fast cp V /srv
        cross-env-shell adb heroku psexec | | | $* | env MODE=fast cp V /srv
        ssh autossh slogin dropbear dbclient mosh | +< | -B: -b: -c: -D: -E: -e: -F! -I! -i: -J: -L: -l: -m: -O: -o! -p: -Q: -R: -S: -W: -w: --ssh! | d,$* | sh -c 'printf "%s" "$1" | ssh host "cat > file"' sh V
        rsh rexec remsh | + | -l: | d,$* | sh -c 'printf "%s" "$1" | ssh host "cat > file"' sh V
        sshpass | + | -p: -f: -d: -P: | > | sshpass -e scp V host:file
        scp sftp | | -o! -S! -F! -D! -b! -c: -i: -J: -l: -P: -X: -s: | r* | scp -- V host:file
        rsync | | -e! -M! --rsh! --rsync-path! --remote-option! --config! --files-from: --exclude: --include: --filter! -f! --daemon! -s>d* --secluded-args>d* --protect-args>d* | r* | rsync -s -- V host:dir/
        vagrant gcloud kubectl oc lxc incus docker podman nerdctl docker-compose az aws flatpak gcloud-compute | nf | --context: --host: -H: --config! -c: -l: -f: -p: -n: --file: --namespace: | @ | docker exec app cat V
        docker-exec podman-exec nerdctl-exec kubectl-exec oc-exec docker-compose-exec lxc-exec incus-exec | +nf | -e= --env= --env-file: -u: --user: -w: --workdir: -c: --container: -n: --namespace: --index: --detach-keys: | d,> | docker exec app cat V
        docker* podman* nerdctl* kubectl* oc* lxc* incus* docker-compose* | nf | -e= --env= -u: -w: -c: -n: -f: -p: -v: --entrypoint! --pre-start! --command! --hooks-dir! --runtime! --mount: | d* | docker exec app cat V
        vagrant* gcloud* gcloud-compute* flatpak* az* aws* | nf | -c$ --command$ --ssh-flag! --ssh-key-file: --scripts! --parameters! --zone: --project: --cli-input-json! | d* | sh -c 'printf "%s" "$1" | vagrant ssh -c "cat > file"' sh V
        toolbox distrobox wsl multipass fly flyctl limactl colima lima | nf | -C$ -c$ --command$ -e! --exec! -d: -u: | d* | sh -c 'cp "$1" /srv' sh V
        python python2 python3 pypy pypy3 ipython ipython3 bpython micropython | +sc< | -c!.>d* -m!.>d* -W: -X: -Q: --check-hash-based-pycs: | !,d* | python3 -c 'import sys; print(sys.argv[1])' V
        perl perl5 | +scy< | -e!>d* -E!>d* -n>!* -p>!* -a>!* -F!>!* -I! -M! -m! -x? -0# -l# -i? -C# -d!? -D? -V? | !,d* | perl -e 'print $ARGV[0]' V
        ruby jruby mruby | +sc< | -e!>d* -n>!* -p>!* -a>!* -F! -I! -r! -C: -E: -S>!,d* -x? -0# -K? -T? -W? -i? --enable: --disable: --encoding: --external-encoding: | !,d* | ruby -e 'puts ARGV[0]' V
        node nodejs iojs | +sc< | -e!>d* -p!>d* -pe!>d* --eval!>d* --print!>d* -r! --require! --import! --loader! --experimental-loader! -C: --conditions: --test>d* --check>d* -c>d* --test-reporter! --title: --input-type: --env-file! --run! | !,d* | node -e 'console.log(process.argv[1])' V
        bun | +sc< | -e!.>d* -p!.>d* --eval!.>d* --print!.>d* -r! --preload! --config! --cwd: | @ | bun -e 'console.log(process.argv.at(-1))' V
        bun-run bun-x bunx | n | --preload! -r! --bun | !,d* | bun run build V
        deno | +sc | | @ | deno run script.ts V
        deno-eval deno-repl deno-run | +sc< | --eval! --preload! --import-map! --config! -c! | !,d* | deno run script.ts V
        tsx ts-node ts-node-esm esno swc-node vite-node jiti coffee babel-node | +sc< | -e!>d* --eval!>d* -p!>d* --print!>d* -r! --require! --import! --loader! -P: --project: | !,d* | tsx script.ts V
        php php-cgi hhvm | +sc< | -r!>d* -R!.>d* -B! -E! -F! -f!>d* -d! -z! -c! -S: -t: -l>d* -s>d* -w>d* --rf: --run!>d* --file!>d* --syntax-check>d* | !,d* | php -r 'echo $argv[1];' -- V
        lua luajit tclsh wish expect osascript jimsh | +sc< | -e! -l! -c! -f! -j! -encoding: | !,d* | lua script.lua V
        Rscript R julia groovy scala elixir iex erl clojure clj bb guile racket sbcl ecl clisp octave octave-cli raku crystal swift kotlin kotlinc irb ghci runghc runhaskell ocaml janet gst nim fennel hy | +sc< | -e!>d* -E!>d* -eval!>d* --eval!>d* -s! -x! -c! -l! -L! --load! -r! -pa! -f! -J! --expr!>d* | !,d* | Rscript script.R V
        java | + | -jar!>d* -cp! -classpath! --class-path! -p! --module-path! -m! --module! --add-modules! --patch-module! -agentlib! -javaagent! | !,d* | java -jar app.jar V
        jshell jjs rhino d8 qjs mongo mongosh | sc< | -e! --eval! --execute! -f! | !* | node -e 'console.log(process.argv[1])' V
        go | + | -C: | @ | go run . V
        go-run | + | -exec! -toolexec! -ldflags! -gcflags! -asmflags! -overlay! -modfile! -tags: | !,d* | go run . V
        go* | | -exec! -toolexec! -ldflags! -gcflags! -asmflags! -gccgoflags! -overlay! -modfile! -vettool! -tool! -c -run: -bench: -tags: -o: | d* | go test -- V
        dotnet | + | --roll-forward: | @ | dotnet run -- V
        dotnet-fsi | +< | --use! --load! --exec -r! --reference! -I! | !,d* | dotnet fsi script.fsx V
        dotnet-run dotnet-test dotnet-build | | -p: --project: -c: -f: --filter: --framework: --configuration: --launch-profile: | d* | dotnet run -- V
        awk gawk mawk nawk bwk original-awk goawk busybox-awk | +sc | -v= -F: -f!>d* -e!>d* -E!.>d* -i! -l! --assign= --field-separator: --file!>d* --source!>d* --exec!.>d* --include! --load! -W! | !,d* | awk -v v=V 'BEGIN { print v }'
        sed gsed ssed | s | -e!>d* -f!>d* --expression!>d* --file!>d* -i? --in-place? -l: --line-length: | !,d* | sed -n 1p -- V
        m4 gm4 bison-m4 cpp | s< | -D! --define! -I! -F! -R! -U! -L: --include! | !* | awk -v v=V 'BEGIN { print v }'
        ex vi vim nvim view rvim rview vimdiff nvi gvim evim mvim kak | << | -c! --cmd! -S! -s>!* -t! -u! -U! -i! -w! -W! -q! -T: -r? -p? -o? -O? -E? -d? --startuptime: --remote-expr! --remote-send! -l! | m* | vim -- V
        emacs emacsclient xemacs mg jed zile | | --eval! -eval! --execute! -execute! -e! -l! --load! -load! -f! --funcall! -funcall! -L! --directory! -q --script! -script! -x! -s! -a! --alternate-editor! | l* | emacs ./V
        ed red | << | -p: | !* | sed -n 1p -- V
        less more most pg lv | | -P: -j: -x: -y: -z: -p! -t! -T! -k! -o: -O: -b: -h: | m* | less -- V
        man | | -P! --pager! -H! --html! -C! --config-file! -T! -X! -r! --prompt! | d* | man -- V
        gdb gdbserver lldb rr cgdb pdb jdb radare2 r2 | f<< | -x! -ex! -iex! -ix! -eval-command! --eval-command! -init-eval-command! --init-eval-command! -command! --command! -o! -O! -s! -S! -k! -c! -i! -p: --pid: -core: --core: | d* | gdb -p V
        sqlite3 sqlite duckdb litecli | << | -cmd! --cmd! -init! --init! -c! -s! -f! -separator: -newline: -nullvalue: | d,!* | python3 -c 'import sqlite3, sys; print(sqlite3.connect(":memory:").execute("select ?", sys.argv[1:]).fetchall())' V
        psql | << | -c! --command! -f! --file! -v= --set= --variable= -d! --dbname! -h: -p: -U: --host: --port: --username: -o! --output! -L: -F: -P! --pset! -R: -T: | !* | psql -v v=V -f query.sql
        mysql mariadb sqlcmd sqlplus clickhouse-client cqlsh isql usql mycli pgcli bq | << | -e! --execute! --init-command! --pager! --tee! -q! --query! -Q! -i! -h: -u: -P: -p? -D: --host: --user: --port: --database: | !* | python3 store.py V
        redis-cli valkey-cli | | --eval! -h: -p: -n: -a: -u: | !,d* | redis-cli set key V
        jq gojq jaq jqlang | s | --arg2 --argjson2 --slurpfile2 --rawfile2 --argfile2 -f!>d* --from-file!>d* -L! --args>!,d* --jsonargs>!,d* --indent: | !,d* | jq -n --arg v V '$v'
        yq xq tomlq dasel jo | | --arg2 --argjson2 -f! --from-file! --expression! | @ | jq -n --arg v V '$v'
        yq-eval yq-e yq-eval-all yq-ea | | --from-file! --expression! | !,d* | jq -n --arg v V '$v'
        bc dc gnuplot maxima gp calc qalc units octave-cli | s<< | -e! -f! -l -persist --expression! --file! | !* | awk -v v=V 'BEGIN { print v + 1 }'
        make gmake bmake pmake remake mingw32-make | sv | -f! --file! --makefile! -C! --directory! -E! --eval! -I! --include-dir! -W! -o! -j? -l? | !* | sh -c 'printf "%s" "$1" > changed; make' sh V
        mvn mvnw gradle gradlew ant sbt | | -D: -P: -init-script! --init-script! -I! --build-file! -b! -f! --file! --settings! -s! --project-dir! -p! -javaagent! | d* | mvn test -Dtest=V
        ninja just task mage rake cmake meson bazel scons | | -f! --file! --justfile! --set! --shell! --shell-arg! --shell-command! -P! -E! -D! --script! -C! -d: --directory: -t: -e! --execute! -c! | d* | sh -c 'printf "%s" "$1" > changed; ninja' sh V
        npm pnpm yarn npx-cli | n | --script-shell! --prefix! -C! --dir! --cwd! -c$ --call$ --node-options! --userconfig! --globalconfig! --init-module! --git! --editor! --shell! --viewer! --onload-script! -w: --workspace: --filter: -F: | @ | npm test -- V
        npx pnpx dlx | n | -c$ --call$ -p! --package! --node-options! --shell! --script-shell! -n! --node-arg! | > | npx prettier --write V
        npm-exec npm-x pnpm-exec pnpm-dlx yarn-exec yarn-dlx | nf | -c$ --call$ -p! --package! --shell-mode --script-shell! --node-options! | > | npm exec -- prettier --write V
        npm-run npm-run-script npm-rum npm-urn pnpm-run yarn-run yarn-workspace npm-config npm-set npm-create npm-init npm-install-test npm-explore yarn-config pnpm-config yarn-create npm-pkg npm-set-script | n | --script-shell! --node-options! -w: --workspace: | !,d* | npm run build -- V
        yarn-node pnpm-node | + | | N | node -e 'console.log(process.argv[1])' V
        pipx uv uvx poetry pipenv conda mamba micromamba bundle bundler rbenv pyenv nodenv mise asdf rtx hatch pdm rye pixi nix nix-shell guix devbox composer cargo rustup cs volta fnm corepack rvm opam stack cabal mix wine wine64 box64 | nf | --command$ --run$ -c$ --expr! -E! --python! -p: --with! --config! --eval! -e! | d* | cargo test V
        git | +f | -c^ -C: --exec-path! --config-env! --git-dir! --work-tree: --namespace: --attr-source: -p | @ | git add -- V
        git-config | | -f! --file! --blob! --type: --default: --comment: -e | g* | git config user.name V
        git-bisect | f | | d* | git add -- V
        git-submodule git-for-each-repo git-filter-branch git-filter-repo git-send-email git-daemon git-alias git-remote-ext git-shell git-credential git-instaweb git-web--browse git-var | f | --config! --index-filter! --tree-filter! --msg-filter! --env-filter! --commit-filter! --parent-filter! --tag-name-filter! --setup! --filename-callback! --message-callback! --commit-callback! --blob-callback! --sendmail-cmd! --smtp-server! | !* | git add -- V
        git-clone git-fetch git-pull git-push git-ls-remote git-archive git-fetch-pack git-send-pack git-upload-pack git-receive-pack git-remote | | --upload-pack! --receive-pack! --exec! -u! --template! -c^ --config^ --remote! --reference: -b: --branch: --depth: -o: -j: | d* | git fetch -- origin V
        git* | | -x! --exec! -O!? --open-files-in-pager!? -x! --extcmd! --tool! -t! --template! --trailer-cmd! --gpg-program! --textconv -S? -X: -s: -m: --message: -F: --file: -c: -n: -l: --editor! --upload-pack! --receive-pack! --strategy! | d* | git add -- V
        hg svn fossil bzr jj | f | --config! --config-option! --config-dir! --debugger --ssh! -e! --remotecmd! --editor-cmd! --diff-cmd! --diff3-cmd! | d* | hg add -- V
        tar gtar bsdtar star | o | -I! --use-compress-program! --checkpoint-action! --to-command! --rsh-command! --rmt-command! -F! --info-script! --new-volume-script! -f: -C: -X: -T! --files-from! -b: -g: -H: -K: -L: -N: -V: --checkpoint? --exclude: --directory: --file: --transform! --xform! | d* | tar -cf out.tar -- V
        cpio pax | | --rsh-command! --rmt-command! -F: -I: -O: -E: -H: -C: -D: | d* | tar -cf out.tar -- V
        zip | | -TT! --unzip-command! -b: -n: -t: -tt: -i: -x: -ll? | d* | zip out.zip -- V
        sort gsort split gsplit | | --compress-program! --filter$ -k: -t: -T: -o: -S: -l: -b: -n: -a: --files0-from: | d* | sort -- V
        find gfind bfs | n | -exec -name: | F | find src -name V
        fd fdfind rg ag ack ripgrep fzf sk bat batcat delta pv | | -x.>> -X.>> --exec.>> --exec-batch.>> --pre! --hostname-bin! --pager! --preview! --bind! --preview-window! --become! --filter: -f: --command! --tmux! --listen! --diff-cmd! | d* | rg -- V
        openssl gpg gpg2 ssh-keygen ssh-add ssh-agent ssh-keyscan | f | -engine! -provider! -provider-path! -config! -D! -I! -s! --exec-path! --photo-viewer! --agent-program! --dirmngr-program! --pinentry-program! --options! --keyserver-options! -passin! -pass! | d* | openssl dgst -sha256 ./V
        curl | | -K! --config! --engine! --proxy-header: -o: -d: -H: -F: -X: -u: -A: -b: -T: -e: -w: --data: --header: --url: --output: | d* | curl -- V
        wget wget2 aria2c lftp axel | | --use-askpass! --config! -e! --execute! -c -O: -o: -P: -U: -i: --on-download-complete! --on-download-start! --on-download-stop! --on-download-error! --on-bt-download-complete! --conf-path! -f! --rcfile! --use-server! --input-file! | d* | wget -- V
        socat | | -lf: -L: -W: | !* | sh -c 'printf "%s" "$1" | socat - TCP:127.0.0.1:7' sh V
        nc ncat netcat nc.traditional nc.openbsd telnet | | -e! -c! --exec! --sh-exec! --lua-exec! -p: -s: -w: -X: -x: | d* | nc -z 127.0.0.1 V
        gs ghostscript ps2pdf ps2ps | s | -c! -f -s! -o! -d! -I! -r: | l* | gs -dSAFER -sDEVICE=nullpage ./V
        convert magick identify mogrify composite montage animate display import stream conjure gm | | | l* | convert ./V out.png
        tcpdump nmap tshark dumpcap | | -z! --script! --script-args! -F! -w: -i: -r: -c: -X! | d* | tcpdump -r ./V
        ansible ansible-playbook ansible-console ansible-pull salt salt-ssh salt-call fab pssh pdsh clush dsh | | -a! --args! -e! --extra-vars! -i! --inventory! -m! --module-name! -M! --module-path! -l: --limit: -t: --tags: --ssh-common-args! --ssh-extra-args! --sftp-extra-args! --become-method! | !* | ansible-playbook -l V site.yml
        helm terraform tofu packer vault consul nomad | f | --post-renderer! --post-renderer-args! -plugin-dir! -var= --set= --set-string= --plugins! -chdir! --command! | d* | helm upgrade app ./chart --set-string v=V
        gcc g++ cc c++ clang clang++ rustc javac | | -wrapper! -fplugin! -specs! -B! -Xlinker! -C! -processor! -processorpath! -o: -I: -L: -D: -l: | d* | cc -c -- V
        msgfilter msgexec | | | d,> | cat -- V
        mutt neomutt irssi weechat | | -e! -F! -i: -s: -c: -b: -a: -H! -Q! | d* | mail -s V me@example.org
        sendmail exim exim4 | | -C! -D! -O! -X! -be! -oQ! -f: -F: | d* | mail -s V me@example.org
        exiftool | | -if! -config! -@! -execute! -p! -userParam! -api! | l* | exiftool ./V
        """;
}
