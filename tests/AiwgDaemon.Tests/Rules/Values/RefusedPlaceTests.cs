namespace AiwgDaemon.Tests.Rules.Values;

public sealed class RefusedPlaceTests
{
    /// <summary>Each would run the value, or a part of it, on some machine.</summary>
    public static TheoryData<string> Scripts =>
        [
            .. """
                sh -c 'echo VALUE'
                sh -c "echo VALUE"
                sh -ceu "echo VALUE"
                sh -cl 'echo VALUE'
                bash -cx 'echo VALUE'
                bash -lc "echo VALUE"
                bash -euo pipefail -c 'echo VALUE'
                bash -oc pipefail 'echo VALUE'
                bash -oec pipefail 'echo VALUE'
                bash +x -c 'echo VALUE'
                sh -c -- 'echo VALUE'
                sh -c -e 'echo VALUE'
                sh VALUE
                sh -e -- VALUE
                sh ./VALUE
                sh /dev/stdin <<< VALUE
                echo VALUE | sh
                echo VALUE | sh -s
                echo VALUE | sh -
                echo VALUE | tee log | bash
                echo VALUE | sudo -u site sh
                echo VALUE | env -i /bin/dash
                cat <<EOF | sh\necho VALUE\nEOF
                sh <<EOF\necho VALUE\nEOF
                sh <<-EOF\n\techo VALUE\n\tEOF
                sh <<< "echo VALUE"
                { echo VALUE; } | sh
                (echo VALUE) | sh
                (echo VALUE; echo more) | (cat; cat) | sh
                if true; then echo VALUE; fi | sh
                for f in VALUE; do echo "$f"; done | sh
                while true; do echo VALUE; break; done | { sh; }
                echo VALUE | { sh; }
                echo VALUE | (sh)
                echo VALUE | while read -r line; do sh -c "$line"; done
                while read -r line; do eval "$line"; done <<EOF\nVALUE\nEOF
                { sh; } <<EOF\nVALUE\nEOF
                ( sh ) <<EOF\nVALUE\nEOF
                echo VALUE > run.sh; sh run.sh
                echo VALUE > run.sh; . ./run.sh
                echo VALUE | tee run.sh; bash ./run.sh
                cat > run.sh <<EOF\nVALUE\nEOF\nsh run.sh
                cat > ./run.sh <<EOF\nVALUE\nEOF\nchmod +x run.sh; ./run.sh
                echo VALUE > f; sh < f
                sh < VALUE
                eval echo VALUE
                eval "echo 'VALUE'"
                eval "$(echo VALUE)"
                X=VALUE; eval $X
                X=VALUE; Y=$X; eval "$Y"
                X="a VALUE"; sh -c "$X"
                export X=VALUE; sh -c 'eval "$X"'
                set -- VALUE; eval "$1"
                f() { eval "$1"; }; f VALUE
                f() { sh -c "$*"; }\nf VALUE
                function f { sh -c "$1"; }; f VALUE
                for f in VALUE; do sh -c "cat $f"; done
                for f in VALUE\ndo\nsh -c "cat $f"\ndone
                read X <<EOF\nVALUE\nEOF\neval "$X"
                echo VALUE | (read X; eval "$X")
                sh -c 'eval "$1"' sh VALUE
                sh -c 'sh -c "$1"' sh VALUE
                sh -c 'sh -c "cat $1"' sh VALUE
                sh -c 'for f; do eval $f; done' sh VALUE
                sh -c '$1' sh VALUE
                sh -c '"$@"' sh VALUE
                sh -c 'x=$(($1 + 1))' sh VALUE
                $SHELL -c "echo VALUE"
                "$SHELL" -c "echo VALUE"
                ${SHELL} -c "echo VALUE"
                ${SHELL:-sh} -c "echo VALUE"
                S=/bin/sh; "$S" -c "echo VALUE"
                $(command -v sh) -c "echo VALUE"
                `which sh` -c "echo VALUE"
                s\\\nh -c "echo VALUE"
                s''h -c "echo VALUE"
                "sh" -c "echo VALUE"
                's'h "-"c "echo VALUE"
                \\sh -c "echo VALUE"
                $'sh' -c "echo VALUE"
                $'\\x73h' -c "echo VALUE"
                /bin/s? -c "echo VALUE"
                /bin/[s]h -c "echo VALUE"
                {sh,-c,VALUE}
                sh {-c,VALUE}
                VALUE
                VALUE arg
                ./VALUE
                /opt/VALUE/run
                "$HOME/bin/VALUE"
                X=1 VALUE
                exec VALUE
                command VALUE
                nohup VALUE
                ! VALUE
                time VALUE
                if VALUE; then true; fi
                echo a && VALUE
                true | VALUE
                (VALUE)
                { VALUE; }
                $(VALUE)
                X=$(VALUE)
                env VALUE
                env -i VALUE
                env A=b VALUE
                env -S "sh -c 'echo VALUE'"
                env -S 'sh -c' "echo VALUE"
                env -vS 'bash -c' "echo VALUE"
                env --split-string='sh -c' "echo VALUE"
                env LD_PRELOAD=VALUE ls
                env VALUE=1 ls
                GIT_SSH_COMMAND=VALUE git fetch
                PATH=VALUE ls
                export PATH=VALUE
                export "BASH_ENV=VALUE"
                X=a; LD_LIBRARY_PATH=VALUE:$X ls
                export VALUE
                export VALUE=1
                readonly VALUE
                declare -i n=VALUE
                declare -i n; n=VALUE
                typeset -i n=VALUE
                local -i n=VALUE
                declare -a a=VALUE
                declare VALUE=1
                declare -n r=VALUE
                let "n=VALUE"
                let n=VALUE
                n=VALUE; let n++
                n=VALUE; let "m = n + 1"
                echo $((VALUE + 1))
                echo $(( VALUE ))
                echo "$((VALUE))"
                n=VALUE; echo $((n + 1))
                n=VALUE; echo $(($n + 1))
                n=VALUE; echo $[n+1]
                echo $[VALUE]
                ((VALUE > 5)) && echo big
                (( n = VALUE ))
                n=VALUE; ((n++))
                for ((i=0; i<VALUE; i++)); do echo $i; done
                if [[ VALUE -gt 5 ]]; then echo big; fi
                [[ 5 -lt "VALUE" ]]
                [[ "VALUE" -eq 5 ]]
                n=VALUE; [[ $n -gt 5 ]]
                n=VALUE; [[ n -gt 5 ]]
                [[ -v VALUE ]]
                [ -v VALUE ]
                test -v VALUE
                ksh -c '[ "$1" -gt 5 ]' ksh VALUE
                a=(1 2); echo ${a[VALUE]}
                a=(1 2); n=VALUE; echo ${a[n]}
                a=(1 2); n=VALUE; echo "${a[$n]}"
                a[VALUE]=1
                n=VALUE; a[n]=1
                a=([VALUE]=1)
                s=abcdef; echo ${s:VALUE}
                s=abcdef; echo ${s:0:VALUE}
                s=abcdef; n=VALUE; echo ${s:n}
                s=abcdef; n=VALUE; echo "${s:$n:1}"
                x=VALUE; echo ${!x}
                x=VALUE; echo ${x@P}
                echo ${VALUE}
                printf -v VALUE x
                printf -vVALUE x
                printf -v "a[VALUE]" x
                read VALUE
                read -r VALUE </dev/null
                read -a VALUE
                mapfile VALUE
                mapfile -C VALUE x
                unset VALUE
                unset "a[VALUE]"
                getopts VALUE x
                trap VALUE EXIT
                trap "echo VALUE" EXIT
                alias ll="ls VALUE"
                alias s='sh -c'\ns "echo VALUE"
                source VALUE
                . VALUE
                . ./VALUE
                . /dev/stdin <<EOF\nX=VALUE\nEOF
                source <(echo VALUE)
                bash <(echo VALUE)
                cat <(ls VALUE)
                echo VALUE > >(sh)
                echo `ls VALUE`
                echo "`ls VALUE`"
                ls ~VALUE
                for VALUE in a b; do echo; done
                case a in a) sh -c "VALUE";; esac
                case VALUE in a) eval VALUE;; esac
                coproc sh -c "VALUE"
                find . -exec sh -c 'echo VALUE' \\;
                find . -name VALUE -exec sh -c 'cat {}' \\;
                find . -execdir VALUE {} +
                find . | xargs sh -c "cat VALUE"
                xargs VALUE
                echo VALUE | xargs -I@ sh -c "echo @"
                echo VALUE | xargs -I {} sh -c "echo {}"
                echo VALUE | xargs -i sh -c "echo {}"
                echo VALUE | xargs sh -c
                echo VALUE | xargs -n 1 sh
                echo VALUE | parallel
                echo VALUE | at now
                cat <<'EOF'\nVALUE\nEOF
                cat <<EOF\n$(echo VALUE)\nEOF
                cat <<EOF\n$((VALUE))\nEOF
                echo $'VALUE'
                make FILE=VALUE
                make -f Mk all FILE=VALUE
                FILE=VALUE make
                export FILE=VALUE; make all
                FILE=VALUE; export FILE; make all
                X=VALUE; make FILE=$X
                nice make -j2 "FILE=VALUE"
                python3 -c 'print("VALUE")'
                python3 -uc "print('VALUE')"
                python3 -u -c'print("VALUE")'
                python3 -Ic "print('VALUE')"
                python3 VALUE
                python3 - <<EOF\nprint("VALUE")\nEOF
                echo VALUE | python3
                perl -pe's/a/VALUE/'
                perl -lane 'print VALUE'
                perl -0777 -ne "VALUE"
                perl -i.bak -pe "s/a/VALUE/" f
                perl -ne print VALUE
                perl -e 'while (<>) { print }' VALUE
                ruby -e "VALUE"
                node -e "VALUE"
                node -p 'VALUE'
                node -pe 'VALUE'
                node --eval=VALUE
                node --ev "VALUE"
                node -r VALUE x.js
                php -r "VALUE"
                awk "{ print \\"VALUE\\" }"
                awk -f VALUE
                awk -F: "/VALUE/"
                sed "s/a/VALUE/"
                sed -e "s/a/b/" -e "s/c/VALUE/" f
                sed -ne"VALUE p" f
                sed -n "/VALUE/p" f
                sed --expression="s/a/VALUE/" f
                jq ".VALUE" f
                jq -r ".a == \\"VALUE\\"" f
                echo VALUE | bc
                echo "VALUE + 1" | dc
                dc -e VALUE
                ex -s -c "e VALUE" -c q /dev/null
                vim VALUE
                vim +VALUE f
                vim -es -c "VALUE" f
                vim -c "s/a/VALUE/" f
                vi --cmd "VALUE"
                ed VALUE
                emacs --batch --eval "VALUE"
                less VALUE
                m4 -DX=VALUE f
                gdb -batch -ex "print VALUE"
                gdb -ex "VALUE" p
                sqlite3 db "select 'VALUE'"
                sqlite3 -cmd "VALUE" db
                psql -c "select 'VALUE'"
                psql --command="select 'VALUE'"
                mysql -e "select 'VALUE'"
                ssh host "ls VALUE"
                ssh host ls VALUE
                ssh -o ProxyCommand=VALUE host
                ssh -oProxyCommand=VALUE host
                ssh -4oProxyCommand=VALUE host
                echo VALUE | ssh host
                echo VALUE | ssh host sh
                rsync -e "ssh -p VALUE" f host:x
                rsync -ave "ssh -p VALUE" f host:x
                rsync --rsh="ssh VALUE" f host:x
                rsync --rsync-path=VALUE f host:x
                scp f host:VALUE
                scp -oProxyCommand=VALUE f host:x
                git -c core.pager=VALUE log
                git -c alias.x='!VALUE' x
                git -cVALUE log
                git VALUE
                git --exec-path=VALUE log
                git fetch --upload-pack=VALUE origin
                git fetch --upload-pac VALUE origin
                git clone -u VALUE host:x
                git push --receive-pack=VALUE origin
                git push --exec=VALUE origin
                git ls-remote --upload-pack "VALUE" origin
                git rebase -x VALUE main
                git rebase --exec "VALUE" main
                git grep -OVALUE x
                git grep --open-files-in-pager=VALUE x
                git config core.sshCommand VALUE
                git config alias.x "!VALUE"
                git config VALUE x
                git submodule foreach "echo VALUE"
                git filter-branch --tree-filter "VALUE"
                git bisect run sh -c "VALUE"
                tar cf x --checkpoint=1 --checkpoint-action=exec=VALUE f
                tar -cf x -I VALUE f
                tar -cIVALUE -f x f
                tar cIf VALUE x f
                tar xf x --to-command=VALUE
                tar xf x --to-com "VALUE"
                tar -cf x --use-compress-program=VALUE f
                tar VALUE f
                zip x.zip f -T -TT VALUE
                zip x.zip f -TTVALUE
                sort --compress-program=VALUE f
                split --filter="VALUE" f
                curl -K VALUE
                curl --config VALUE
                wget --use-askpass=VALUE http://127.0.0.1/
                wget -e "use_askpass=VALUE" http://127.0.0.1/
                nc -e VALUE 127.0.0.1 1
                socat - "EXEC:VALUE"
                openssl req -engine VALUE
                flock f -c "VALUE"
                flock -n f -c "VALUE"
                flock f sh -c "VALUE"
                script -qc "VALUE" /dev/null
                script --command="VALUE" /dev/null
                su -c "VALUE"
                su - site -c "VALUE"
                su site --command "VALUE"
                runuser -u site -- sh -c "VALUE"
                runuser site -c "VALUE"
                sudo VALUE
                sudo -u site sh -c "VALUE"
                sudo -E -u site env A=b nice -n 5 timeout 9 sh -c "VALUE"
                sudo GIT_PAGER=VALUE git log
                doas sh -c "VALUE"
                timeout 9 sh -cu "VALUE"
                timeout -k 1 9 VALUE
                setsid sh -c "VALUE"
                setsid -w bash -c "VALUE"
                stdbuf -oL sh -c "VALUE"
                chroot /srv sh -c "VALUE"
                unshare -Ur sh -c "VALUE"
                nsenter -t 1 -m sh -c "VALUE"
                strace -f sh -c "VALUE"
                strace -o "|VALUE" ls
                ltrace sh -c "VALUE"
                watch ls VALUE
                watch -n 1 "ls VALUE"
                systemd-run sh -c "VALUE"
                entr -s "VALUE"
                busybox sh -c "VALUE"
                docker exec app sh -c "VALUE"
                docker exec -it -e A=b app bash -lc "VALUE"
                docker run --rm --network host alpine sh -c "VALUE"
                docker compose exec app sh -c "VALUE"
                docker compose run --rm app python -c "VALUE"
                docker run --entrypoint VALUE alpine
                podman exec app sh -c "VALUE"
                kubectl exec pod -- sh -c "VALUE"
                kubectl exec -n site pod -c web -- /bin/sh -c "VALUE"
                gcloud compute ssh vm --command="VALUE"
                gcloud compute ssh vm --command "VALUE"
                vagrant ssh -c "VALUE"
                vagrant ssh web --command "VALUE"
                npx -c "VALUE"
                npx VALUE
                npm exec -c "VALUE"
                npm exec --call "VALUE"
                npm run VALUE
                npm VALUE
                some-tool sh -c "VALUE"
                some-tool python3 -c "VALUE"
                go run VALUE
                go test -exec VALUE ./...
                dotnet fsi VALUE
                java -jar VALUE
                php VALUE
                ruby VALUE
                node VALUE
                convert VALUE out.png
                crontab VALUE
                pwsh -Command "VALUE"
                pwsh -c "VALUE"
                pwsh -NoProfile -Comm "VALUE"
                cmd /c "VALUE"
                fish -c "VALUE"
                csh -c "VALUE"
                tclsh VALUE
                lua -e "VALUE"
                expect -c "VALUE"
                sh -"c" "VALUE"
                sh -\\c "VALUE"
                sh  -c\\\n "VALUE"
                X=-c; sh $X "VALUE"
                sh ${X:--c} "VALUE"
                sh -c"VALUE"
                sh -xc'VALUE'
                if sh -c "VALUE"; then :; fi
                while ! bash -c 'VALUE'; do :; done
                case x in (x) sh -c "VALUE";; esac
                case x in x) case y in y) bash -c "VALUE";; esac;; esac
                echo "$(sh -c "VALUE")"
                echo "${X:-$(sh -c "VALUE")}"
                X="$(eval VALUE)"
                (cd /tmp && sh -c "VALUE") &
                { { { eval "VALUE"; }; }; }
                f() { g "$1"; }; g() { eval "$1"; }; f VALUE
                f() (eval "$1"); f VALUE
                f() { local x="$1"; sh -c "$x"; }; f VALUE
                f() { shift; eval "$@"; }; f a VALUE
                x=VALUE; y="${x:-a}"; z="${y#b}"; eval "$z"
                x=VALUE; eval "echo ${x%.*}"
                x=$(printf %s VALUE | tr a b); eval "$x"
                x=; x=$x"VALUE"; eval $x
                x+=VALUE; eval $x
                : ${x:=VALUE}; eval "$x"
                a=(VALUE); eval "${a[0]}"
                a+=(VALUE); eval "${a[@]}"
                IFS=, read -r x y <<< VALUE; eval "$y"
                echo VALUE | while IFS= read -r l; do bash -c "$l"; done
                while read l; do :; eval "$l"; done < <(echo VALUE)
                mapfile -t a <<< "VALUE"; eval "${a[0]}"
                printf '%s' VALUE | bash -
                printf '%s' VALUE | /usr/bin/env bash
                printf '%s' VALUE | nice -n 5 timeout 5 sh -eu
                printf '%s' VALUE | sed s/a/b/ | grep x | sh
                cat VALUE | sh
                tee >(sh) < VALUE
                sh 0< VALUE
                sh 3<&0 <<EOF\nVALUE\nEOF
                bash -s -- a <<EOF\necho VALUE\nEOF
                cat <<A <<B | sh\nx\nA\nVALUE\nB
                sh << 'X' << EOF\ntext\nX\nVALUE\nEOF
                perl <<EOF\nprint "VALUE";\nEOF
                node - <<EOF\nVALUE\nEOF
                psql <<EOF\nselect 'VALUE';\nEOF
                sqlite3 db <<EOF\nselect 'VALUE';\nEOF
                ed f <<EOF\ns/a/VALUE/\nEOF
                bc <<< "VALUE"
                gdb p <<< "VALUE"
                docker exec -i app sh <<EOF\nVALUE\nEOF
                ssh host <<EOF\nls VALUE\nEOF
                ssh host bash -s <<EOF\nls VALUE\nEOF
                crontab - <<EOF\n* * * * * VALUE\nEOF
                at now <<EOF\nVALUE\nEOF
                awk "BEGIN { system(\\"VALUE\\") }"
                awk -v x=1 "/VALUE/ { print }"
                sed -i "s|x|VALUE|g" f
                sed "$ a VALUE" f
                find . -name '*.md' -exec sed -i "s/x/VALUE/" {} +
                find . -print0 | xargs -0 -n1 sh -c "echo VALUE"
                xargs -I% sh -c "echo % VALUE" < list
                env -u X bash -c "VALUE"
                env --unset=X -C / sh -c "VALUE"
                command -p sh -c "VALUE"
                builtin eval "VALUE"
                exec -a x sh -c "VALUE"
                time -p sh -c "VALUE"
                /usr/bin/time -f %e sh -c "VALUE"
                ionice -c3 sh -c "VALUE"
                chrt -i 0 sh -c "VALUE"
                taskset -c 0 sh -c "VALUE"
                stdbuf -o0 -e0 bash -c "VALUE"
                setsid --fork sh -c "VALUE"
                nohup nice sh -c "VALUE" &
                sudo -iu site bash -c "VALUE"
                sudo --user=site -- bash -c "VALUE"
                doas -u site sh -c "VALUE"
                su --command="VALUE"
                su -lc "VALUE" site
                runuser -l site -c "VALUE"
                chroot --userspec=a:b / sh -c "VALUE"
                flock --timeout 5 f -c "VALUE"
                flock 9 -c "VALUE"
                script -q /dev/null -c "VALUE"
                script -aqc "VALUE"
                watch --interval=5 -d "VALUE"
                ssh -tt -p 22 user@host -- "ls VALUE"
                ssh -J jump host "VALUE"
                rsync -azve"ssh VALUE" a host:b
                rsync --rs=VALUE a host:b
                git -P -c core.editor=VALUE commit
                git --exec-p=VALUE x
                git fetch -q --upload-pack "VALUE" origin
                git rebase -ix "VALUE" HEAD~3
                git submodule --quiet foreach "VALUE"
                git difftool -x "VALUE"
                git archive --exec=VALUE --remote=host HEAD
                tar -c -f x --check=1 --checkpoint-act=exec=VALUE f
                tar --to-command "VALUE" -xf x
                tar -xzf x -I"VALUE"
                zip -q -T -TT "sh -c VALUE" x.zip f
                python -Wd -c "VALUE"
                python3 -qic "VALUE"
                python3 -X dev -c "VALUE"
                python3 -c "import os; os.system('ls VALUE')"
                perl -we "VALUE"
                perl -Mstrict -e "VALUE"
                perl -F, -lane "VALUE"
                perl -wnl VALUE
                ruby -rjson -e "VALUE"
                ruby -ne "VALUE"
                node --no-warnings -e "VALUE"
                node --input-type=module --eval "VALUE"
                php -d x=1 -r "VALUE"
                emacs -batch -l x.el --eval "VALUE"
                vim -c "e VALUE"
                vim "+e VALUE" f
                less +VALUE f
                mysql -uroot -e "VALUE"
                mysql db --execute="VALUE"
                psql -h db -U me -c "VALUE"
                curl -sK VALUE
                jq -nr "VALUE"
                jq --argjson x 1 "VALUE"
                yq "VALUE" f
                yq eval "VALUE" f
                make -j4 -- X=VALUE
                make -sC VALUE
                make -fVALUE
                gmake "X=VALUE"
                npm --silent run VALUE
                npx --package=x -c "VALUE"
                yarn exec "VALUE"
                yarn node -e "VALUE"
                pnpm exec sh -c "VALUE"
                poetry run python -c "VALUE"
                uv run python -c "VALUE"
                bundle exec ruby -e "VALUE"
                nix-shell --run "VALUE"
                docker compose exec -T app sh -lc "VALUE"
                docker compose -f x.yaml run --rm app sh -c "VALUE"
                podman run --rm alpine sh -c "VALUE"
                kubectl exec -it pod -- bash -c "VALUE"
                helm upgrade app . --post-renderer VALUE
                ansible all -m shell -a "VALUE"
                PS4=VALUE; set -x; ls
                IFS=VALUE; ls
                export "LD_PRELOAD"=VALUE
                declare -x PATH=VALUE
                env A=1 BASH_ENV=VALUE bash x.sh
                git -c "alias.x=!sh -c 'VALUE'" x
                trap 'VALUE' INT
                trap -- "echo VALUE" 0
                x=VALUE; trap "$x" EXIT
                test -v "a[VALUE]"
                [ ! -v VALUE ]
                [[ -v "a[VALUE]" ]]
                x=VALUE; [[ $x -eq 1 || -n $x ]]
                x=VALUE; (( x > 1 ))
                x=VALUE; y=$((x)); echo $y
                x=VALUE; echo ${y:x}
                x=VALUE; echo "${y:0:x}"
                x=VALUE; y[x]=1
                x=VALUE; echo ${y[x]}
                x=VALUE; echo ${y[$x]:-a}
                x=VALUE; let "y=x"
                x=VALUE; declare -i y=$x
                typeset -i y; y=VALUE
                x=VALUE; for ((i=x;i<5;i++)); do :; done
                x=VALUE; printf -v "$x" a
                x=VALUE; unset "$x"
                x=VALUE; read "$x" < f
                x=VALUE; export "$x=1"
                x=VALUE; declare "$x=1"
                x=VALUE; "$x" a
                x=VALUE; "./$x"
                x=VALUE; . "$x"
                x=VALUE; sh "$x"
                x=VALUE; alias y="$x"
                x=VALUE; exec $x
                select x in VALUE; do eval "$x"; done
                coproc { eval "VALUE"; }
                function f() { eval "$1"; }; f VALUE
                zsh -c 'echo ${(e)1}' zsh VALUE
                mksh -c '[ $1 -gt 1 ]' mksh VALUE
                for i in $(echo VALUE); do eval "$i"; done
                sh -c 'while read x; do eval "$x"; done' < VALUE
                echo VALUE | sh -c 'read x; eval "$x"'
                echo VALUE | sh -c 'sh'
                echo VALUE > /tmp/x.sh && bash /tmp/x.sh
                printf 'echo %s\\n' VALUE >> x.sh; source x.sh
                cat > x.py <<EOF\nprint("VALUE")\nEOF\npython3 x.py
                echo VALUE | dd of=x | sh
                echo $(( $(echo VALUE) ))
                echo "$(( ${x:-VALUE} ))"
                """.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
                line.Trim().Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
            ),
        ];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_that_would_run_a_value_is_refused(string script) =>
        Trial.Fault(Trial.Script(script)).ShouldNotBeNull(script).ShouldContain(Trial.Value);

    [Theory]
    [InlineData("VALUE")]
    [InlineData("./VALUE")]
    [InlineData("sh|-ceu|echo VALUE")]
    [InlineData("bash|-cl|echo VALUE")]
    [InlineData("bash|-c|-x|echo VALUE")]
    [InlineData("/bin/sh|-c|VALUE")]
    [InlineData("/usr/bin/env|sh|-c|VALUE")]
    [InlineData("env|-iS|sh -c|VALUE")]
    [InlineData("env|-S|bash -c 'echo VALUE'")]
    [InlineData("env|LANG=C|make|FILE=VALUE")]
    [InlineData("env|FILE=VALUE|make")]
    [InlineData("make|FILE:=VALUE")]
    [InlineData("make|VALUE")]
    [InlineData("make|-C|VALUE")]
    [InlineData("make|--ev=X:=VALUE")]
    [InlineData("make|test-VALUE")]
    [InlineData("sudo|-u|site|sh|-c|VALUE")]
    [InlineData("sudo|-n|--|sh|-c|VALUE")]
    [InlineData("sudo|VALUE=1|ls")]
    [InlineData("sudo|PATH=VALUE|ls")]
    [InlineData("timeout|9|sh|-cu|VALUE")]
    [InlineData("timeout|-s|KILL|9|nice|-n|5|sh|-c|VALUE")]
    [InlineData("nice|-5|sh|-c|VALUE")]
    [InlineData("flock|f|-c|VALUE")]
    [InlineData("script|-qc|VALUE|/dev/null")]
    [InlineData("su|site|-c|VALUE")]
    [InlineData("su|-|site|-s|/bin/sh|-c|VALUE")]
    [InlineData("xargs|sh|-c|VALUE")]
    [InlineData("find|.|-exec|sh|-c|VALUE|;")]
    [InlineData("find|.|-name|VALUE|-exec|sh|-c|echo {}|;")]
    [InlineData("tar|cf|/dev/null|--checkpoint=1|--checkpoint-action=VALUE|f")]
    [InlineData("git|-c|core.sshCommand=VALUE|fetch")]
    [InlineData("git|-C|repo|fetch|--upload-pack|VALUE")]
    [InlineData("git|VALUE")]
    [InlineData("ssh|host|VALUE")]
    [InlineData("ssh|-o|ProxyCommand=VALUE|host")]
    [InlineData("rsync|-e|ssh VALUE|f|host:x")]
    [InlineData("rsync|f|host:VALUE")]
    [InlineData("python3|-c|VALUE")]
    [InlineData("python3.12|-Buc|VALUE")]
    [InlineData("python3|-m|VALUE")]
    [InlineData("perl|-pe|VALUE")]
    [InlineData("perl|-0pi|-e|VALUE")]
    [InlineData("perl|-MVALUE|-e|1")]
    [InlineData("node|-pe|VALUE")]
    [InlineData("node|--import=VALUE|x.js")]
    [InlineData("awk|VALUE")]
    [InlineData("awk|-v|VALUE=1|1")]
    [InlineData("gawk|-e|VALUE")]
    [InlineData("sed|-e|s/a/VALUE/|f")]
    [InlineData("jq|.a == \"VALUE\"|f")]
    [InlineData("jq|--arg|VALUE|x|.")]
    [InlineData("docker|compose|exec|-T|app|bash|-lc|VALUE")]
    [InlineData("docker|run|--rm|--network|host|--name|x|alpine|sh|-ec|VALUE")]
    [InlineData("docker|run|-e|LD_PRELOAD=VALUE|alpine")]
    [InlineData("kubectl|-n|site|exec|pod|--|sh|-c|VALUE")]
    [InlineData("vagrant|ssh|-c|VALUE")]
    [InlineData("gcloud|compute|ssh|vm|--command=VALUE")]
    [InlineData("npm|exec|-c|VALUE")]
    [InlineData("npm|--prefix|x|run|VALUE")]
    [InlineData("npx|-y|VALUE")]
    [InlineData("busybox|sh|-c|VALUE")]
    [InlineData("busybox|env|sh|-c|VALUE")]
    [InlineData("some-wrapper|--flag|bash|-ec|VALUE")]
    [InlineData("sh|-c|eval \"$1\"|sh|VALUE")]
    [InlineData("sh|-c|sh -c \"echo $1\"|sh|VALUE")]
    [InlineData("sh|-c|echo $(( $1 + 1 ))|sh|VALUE")]
    [InlineData("bash|-c|[[ $1 -gt 5 ]]|bash|VALUE")]
    [InlineData("bash|-c|make FILE=\"$1\"|bash|VALUE")]
    [InlineData("sh|-c|x=$1; git -c core.pager=\"$x\" log|sh|VALUE")]
    [InlineData("strace|-f|-e|trace=open|sh|-c|VALUE")]
    [InlineData("unshare|-r|sh|-c|VALUE")]
    [InlineData("watch|-n1|ls VALUE")]
    [InlineData("sqlite3|db|select 'VALUE'")]
    [InlineData("psql|-qAtc|select 'VALUE'")]
    [InlineData("gdb|-batch|-ex|VALUE")]
    [InlineData("vim|-es|-c|VALUE|f")]
    [InlineData("vim|VALUE")]
    [InlineData("bash|{{event.payload.x|dash}}|file")]
    [InlineData("git|{{event.payload.x|dash}}")]
    public void A_program_that_would_run_a_value_is_refused(string argv)
    {
        var action = argv.Contains("|dash}}", StringComparison.Ordinal)
            ? new AiwgDaemon.Actions.ActionDefinition
            {
                Name = "x",
                Type = AiwgDaemon.Actions.ActionType.Exec,
                Argv = argv.Replace("|dash}}", "}}", StringComparison.Ordinal)
                    .Split('|')
                    .Select(w => w.Replace("}}", "|dash}}", StringComparison.Ordinal))
                    .ToList(),
            }
            : Trial.Program(argv);
        Trial.Fault(action).ShouldNotBeNull(argv).ShouldContain("{{event.payload.x}}");
    }

    [Theory]
    [InlineData("GIT_SSH_COMMAND")]
    [InlineData("GIT_CONFIG_VALUE_0")]
    [InlineData("BASH_ENV")]
    [InlineData("BASH_FUNC_ls%%")]
    [InlineData("LD_PRELOAD")]
    [InlineData("LD_AUDIT")]
    [InlineData("PATH")]
    [InlineData("IFS")]
    [InlineData("PS4")]
    [InlineData("PROMPT_COMMAND")]
    [InlineData("MAKEFLAGS")]
    [InlineData("PERL5OPT")]
    [InlineData("PYTHONSTARTUP")]
    [InlineData("RUBYOPT")]
    [InlineData("NODE_OPTIONS")]
    [InlineData("RSYNC_RSH")]
    [InlineData("TAR_OPTIONS")]
    [InlineData("LESSOPEN")]
    [InlineData("EDITOR")]
    [InlineData("VISUAL")]
    [InlineData("PAGER")]
    [InlineData("MANPAGER")]
    [InlineData("BROWSER")]
    [InlineData("SHELLOPTS")]
    [InlineData("ENV")]
    [InlineData("DOTNET_STARTUP_HOOKS")]
    [InlineData("JAVA_TOOL_OPTIONS")]
    [InlineData("_JAVA_OPTIONS")]
    [InlineData("CLASSPATH")]
    public void A_variable_that_programs_run_takes_no_value(string name)
    {
        var env = new Dictionary<string, string> { [name] = $"a {Trial.Value}" };
        Trial.Fault(Trial.Program("ls") with { Env = env }).ShouldNotBeNull().ShouldContain(name);
        Trial.Fault(Trial.Script("ls") with { Env = env }).ShouldNotBeNull();
        Trial
            .Fault(Trial.Script("ls") with { Type = AiwgDaemon.Actions.ActionType.Cli, Command = "", Argv = ["status"], Env = env })
            .ShouldNotBeNull();
        Trial.Fault(Trial.Program("ls") with { Env = new Dictionary<string, string> { ["MY_" + name] = Trial.Value } }).ShouldBeNull();
    }

    [Theory]
    [InlineData("eval \"$X\"")]
    [InlineData("sh -c \"echo $X\"")]
    [InlineData("sh -c 'eval \"$X\"'")]
    [InlineData("make all")]
    [InlineData("echo $((X + 1))")]
    [InlineData("$X")]
    [InlineData("make FILE=$X")]
    [InlineData("nice make")]
    public void A_value_in_a_variable_is_followed_into_the_script(string script) =>
        Trial.Fault(Trial.Script(script) with { Env = new Dictionary<string, string> { ["X"] = Trial.Value } }).ShouldNotBeNull();
}
