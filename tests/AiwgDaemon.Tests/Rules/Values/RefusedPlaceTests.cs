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
        """.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)),
    ];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_that_would_run_a_value_is_refused(string script) => Trial.Fault(Trial.Script(script)).ShouldNotBeNull(script).ShouldContain(Trial.Value);
}
