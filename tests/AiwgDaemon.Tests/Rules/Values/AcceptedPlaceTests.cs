namespace AiwgDaemon.Tests.Rules.Values;

public sealed class AcceptedPlaceTests
{
    /// <summary>What people write, and what no value can misuse: each must stay allowed.</summary>
    public static TheoryData<string> Scripts =>
        [
            .. """
                echo VALUE
                printf '%s\\n' VALUE
                printf "%s\\n" "VALUE" >> log.txt
                echo "$AIWG_EVENT_TYPE VALUE" >> record.txt
                npm test -- VALUE
                npm run lint -- --fix VALUE
                npx prettier --write VALUE
                npx eslint --fix "VALUE"
                npx jest --findRelatedTests VALUE
                npx tsc --noEmit && npx vitest related VALUE
                pnpm exec prettier --write VALUE
                yarn prettier --write VALUE
                yarn run build VALUE
                prettier --write VALUE
                eslint VALUE
                pytest VALUE
                pytest -x "VALUE" && echo "VALUE passed"
                python3 -m pytest VALUE
                python3 -m py_compile VALUE
                python3 tool.py VALUE
                python3 -u tool.py --path=VALUE
                python3 -c 'import sys; print(sys.argv[1])' VALUE
                python manage.py test VALUE
                uv run pytest VALUE
                poetry run pytest VALUE
                bundle exec rspec VALUE
                ruby tool.rb VALUE
                ruby -Ilib -e 'puts ARGV[0]' VALUE
                perl -e 'print $ARGV[0]' VALUE
                perl tool.pl VALUE
                node build.js VALUE
                node --test VALUE
                node --check VALUE
                node -e 'console.log(process.argv[1])' VALUE
                php -l VALUE
                php artisan test VALUE
                php -r 'echo $argv[1];' -- VALUE
                go test ./... -run VALUE
                go vet VALUE
                go run . VALUE
                gofmt -w VALUE
                cargo test VALUE
                cargo run -- VALUE
                dotnet test --filter VALUE
                dotnet run -- VALUE
                java -jar app.jar VALUE
                mvn test -Dtest=VALUE
                gradle test --tests VALUE
                shellcheck VALUE
                black VALUE
                ruff check --fix VALUE
                clang-format -i VALUE
                gcc -c VALUE
                sass VALUE out.css
                tsc VALUE
                git add -- VALUE
                git add VALUE && git commit -m "change of VALUE"
                git commit -am "VALUE"
                git checkout -q VALUE
                git -C repo fetch origin VALUE
                git fetch -- origin VALUE
                git clone -- VALUE checkout
                git clone --branch VALUE https://example.org/x.git
                git log -1 --format=%s VALUE
                git diff --name-only VALUE HEAD
                git -c user.name=VALUE commit -m x
                git config user.email VALUE
                git push origin "HEAD:VALUE"
                git tag -a "v-VALUE" -m x
                cp VALUE /srv/
                cp -- VALUE /srv/
                mv "VALUE" done/
                rm -f -- VALUE
                mkdir -p "out/VALUE"
                install -m 644 VALUE /srv
                cat VALUE | wc -l
                cat -- VALUE | grep -c x
                grep -F "VALUE" log.txt
                grep -n TODO VALUE | tee todo.txt
                wc -l < VALUE
                echo text > VALUE
                cat < VALUE > copy
                sort VALUE | uniq -c
                tail -n 5 VALUE
                file VALUE
                du -sh VALUE
                touch VALUE
                basename VALUE
                echo "$(basename VALUE)"
                name=$(basename "VALUE" .md); pandoc VALUE -o "out/$name.html"
                f=VALUE; echo "${f%.ts}.js"; cp "$f" "/srv/${f##*/}"
                f=VALUE; [ -f "$f" ] && cp "$f" /srv
                if [ -e VALUE ]; then echo there; else echo gone; fi
                [ VALUE = main ] || exit 0
                [ "VALUE" -gt 5 ] && echo big
                test "VALUE" != x
                [[ VALUE == *.ts ]] && echo ts
                [[ "VALUE" =~ ^v[0-9]+$ ]] && ./release.sh "VALUE"
                case VALUE in *.ts) npm test;; *.md|*.txt) echo text;; esac
                case VALUE in a) ls VALUE;; *) cat VALUE;; esac
                case a in VALUE) echo same;; esac
                case a in VALUE|b) echo same;; esac
                for f in VALUE; do cp "$f" /srv; done
                for f in VALUE other; do echo "$f"; done | sort
                while read -r line; do echo "$line"; done < VALUE
                echo VALUE | while read -r f; do cp -- "$f" /srv; done
                cat <<EOF > note.txt\nchanged: VALUE\nEOF
                cat > note.txt <<EOF\nVALUE and $HOME\nEOF
                mail -s "VALUE" me@example.org <<EOF\nVALUE\nEOF
                wc -c <<< VALUE
                f() { cp "$1" /srv; }; f VALUE
                f() { printf %s "$1"; }; f 'VALUE' # don't
                X=VALUE; export X; ./build.sh
                export TARGET=VALUE; ./deploy.sh
                TARGET=VALUE ./deploy.sh
                env TARGET=VALUE ./deploy.sh
                env -i PATH=/bin TARGET=VALUE ./deploy.sh
                readonly X=VALUE; echo "$X"
                local_name=VALUE; echo ${local_name:-none} ${#local_name}
                files=(VALUE other); echo "${files[@]}"
                set -- VALUE; cp "$1" /srv
                sh -c 'cat "$1"' sh VALUE
                sh -c 'cp -- "$1" /srv && echo "$1"' sh VALUE
                bash -c 'set -eu; f=$1; cat "$f"' bash VALUE
                bash -euo pipefail -c 'cat "$1"' _ VALUE
                bash script.sh VALUE
                sh ./deploy.sh "VALUE"
                bash -- "$DIR/deploy.sh" VALUE
                "$HOME/bin/deploy" VALUE
                ./deploy.sh VALUE
                scripts/deploy.sh --ref VALUE --force
                cd -- VALUE && ls
                exec ./deploy.sh VALUE
                nohup ./deploy.sh VALUE &
                sudo cp VALUE /srv
                sudo -u site ./deploy.sh VALUE
                nice -n 10 ./convert.sh VALUE
                timeout 10 ./deploy.sh VALUE
                flock /tmp/lock ./deploy.sh VALUE
                flock /tmp/lock sh -c 'cp "$1" /srv' sh VALUE
                su site -c 'cp "$1" /srv' sh VALUE
                docker compose up -d VALUE
                docker compose restart VALUE
                docker compose exec app pytest VALUE
                docker compose exec node npm test -- VALUE
                docker compose run --rm app bin/test VALUE
                docker run --rm -v "$PWD:/src" image lint VALUE
                docker run --rm -e TARGET=VALUE image
                docker build -t "app:VALUE" .
                docker exec app cat VALUE
                docker pull VALUE
                kubectl set image deployment/app "app=registry/app:VALUE"
                kubectl rollout restart VALUE
                kubectl apply -f VALUE
                helm upgrade app ./chart --set-string tag=VALUE
                terraform plan -var tag=VALUE
                make; echo VALUE
                make -C docs && cp VALUE /srv
                jq -n --arg v VALUE '$v'
                jq --arg name "VALUE" '.[] | select(.name == $name)' data.json
                jq . VALUE
                jq -r '.version' -- VALUE
                yq '.a' VALUE
                awk -v v=VALUE 'BEGIN { print v }'
                awk -F, '{ print $1 }' VALUE
                awk -v n=VALUE 'BEGIN { print n + 1 }'
                sed -i 's/a/b/' VALUE
                sed -n 1,5p VALUE
                sed -e s/a/b/ -- VALUE
                find src -name VALUE
                find VALUE -type f -delete
                find . -name '*.ts' -newer VALUE -exec touch {} \\;
                xargs -0 cat < list
                printf '%s\\0' VALUE | xargs -0 cat --
                rsync -a VALUE host:/srv/
                rsync -a -e ssh -- VALUE host:/srv/
                rsync -as VALUE host:/srv/VALUE
                scp -- VALUE host:/srv/
                scp -P 2222 VALUE host:
                printf '%s' VALUE | ssh host 'cat > file'
                curl -fsS -d "VALUE" http://127.0.0.1:1/
                curl -fsS --data-urlencode "text=VALUE" http://127.0.0.1:1/
                curl -H "X-Ref: VALUE" http://127.0.0.1:1/
                wget -O out VALUE
                tar -czf out.tgz VALUE
                tar -czf out.tgz -- VALUE
                tar xf VALUE -C out
                zip -r out.zip VALUE
                unzip -o VALUE
                gzip -k VALUE
                sqlite3 VALUE .schema
                psql -v ref=VALUE -f query.sql
                redis-cli publish changes VALUE
                aws s3 cp VALUE s3://bucket/
                gh pr comment VALUE --body "VALUE done"
                notify-send "VALUE changed"
                logger -t watch VALUE
                convert ./VALUE out.png
                ffmpeg -i VALUE out.mp4
                pdflatex VALUE
                pandoc VALUE -o out.html
                less -- VALUE
                vim -- VALUE
                openssl dgst -sha256 VALUE
                sha256sum VALUE
                systemctl restart "app@VALUE"
                curl https://example.org/install.sh | sh; echo VALUE
                sh -c "echo ready"; echo VALUE
                python3 - VALUE <<'EOF'\nimport sys\nprint(sys.argv[1])\nEOF
                echo $((1 + 2)) VALUE
                i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo VALUE; done
                trap 'rm -f tmp' EXIT; cp VALUE tmp
                echo VALUE 2>&1 | tee -a log.txt
                cmd=VALUE; echo "${cmd:0:7}"
                echo VALUE > /dev/null 2>&1
                ! grep -q x VALUE
                { echo VALUE; date; } >> log.txt
                (cd docs && ls VALUE)
                command -v npm >/dev/null && npm test -- VALUE
                expr VALUE + 1
                """.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
                line.Trim().Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
            ),
        ];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_in_which_a_value_is_data_is_allowed(string script) => Trial.Fault(Trial.Script(script)).ShouldBeNull(script);
}
