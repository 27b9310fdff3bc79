#!/usr/bin/env bash
# Measures, and writes tests/AiwgDaemon.Benchmarks/RESULTS.md: each part replaces its own section, and the table of targets is
# made anew from all of them. Linux only, and good to about 10 % on a quiet machine.
#   bench.sh micro [FILTER]        in the process, beside other packages (about 8 minutes)
#   bench.sh commands              start, status, --version, stop, in turns with hello-world
#   bench.sh process [--install]   commands, idle, files, actions, webhooks, beside other daemons
#                                  (--install gets these from Debian and npm; TREES=1 adds trees of 100,000 directories)
#   bench.sh scaling               each cost at several sizes, with the exponent of its growth
#   bench.sh notes [FILE]          puts the text about what is missed into it (bench/notes.md)
#   bench.sh all [--install]       all of the above, one after another: RESULTS.md is made anew
#   bench.sh actions [RUNS]        how actions start, printed only (measure-actions.sh)
# AIWG_DAEMON_BINARY measures another binary. STATIC_BINARY (what publish.sh leaves in artifacts/release) and TEST_MINUTES, how long a
# clean test.sh took, are reported where they are there. RUNS (30) and IDLE_SECONDS (120) are those of process.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"
project=$root/tests/AiwgDaemon.Benchmarks

usage() { sed -n '4,14s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }

measured() {
  local figures
  figures=$(python3 "$root/scripts/bench/$1.py")
  printf '%s\n' "$figures" | report "$1"
}

# native PART...: parts that measure the published program.
native() {
  publish_native
  export AIWG_DAEMON_BINARY=$binary
  build_hello
  for part in "$@"; do measured "$part"; done
}

report() { python3 "$root/scripts/bench/report.py" "$1"; }

# A program that does nothing, of the same SDK and with the same kind of compilation: what any command costs at least.
build_hello() {
  HELLO=$root/artifacts/hello/out/hello
  export HELLO
  [ ! -x "$HELLO" ] || return 0
  say "Building hello-world"
  local hello=$root/artifacts/hello
  mkdir -p "$hello"
  # Nothing of the repository's own settings.
  for file in Directory.Build.props Directory.Build.targets Directory.Packages.props; do echo '<Project />' > "$hello/$file"; done
  echo 'System.Console.WriteLine("Hello, World!");' > "$hello/Program.cs"
  cat > "$hello/hello.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <PublishAot>true</PublishAot>
    <InvariantGlobalization>true</InvariantGlobalization>
  </PropertyGroup>
</Project>
XML
  local compiler=
  command -v clang > /dev/null || compiler=-p:CppCompilerAndLinker=gcc
  dotnet publish "$hello" -c Release -r "$rid" -o "$hello/out" -v quiet ${compiler:+"$compiler"} >&2 || fail "hello-world could not be built; the messages above say why"
}

# No service of theirs is started: policy and run level say no, and the measurement runs each in the foreground.
install_others() {
  RUNLEVEL=1 install_packages inotify-tools fswatch watchman entr cron supervisor webhook runit daemontools npm wrk
  mkdir -p "$root/artifacts/rivals"
  npm install --silent --no-fund --no-audit --prefix "$root/artifacts/rivals" chokidar-cli nodemon pm2 >&2 || fail "the packages of npm could not be installed"
}

micro() {
  artifacts=$(mktemp -d)
  trap 'rm -rf "$artifacts"' EXIT
  dotnet build -c Release "$project" -v quiet >&2
  dotnet "$project/bin/Release/net10.0/AiwgDaemon.Benchmarks.dll" --filter "${1:-*}" --exporters github --artifacts "$artifacts" > "$artifacts/log" \
    || fail "the benchmarks failed: $(tail -3 "$artifacts/log")"
  {
    printf 'In-process toolchain, short job; Ratio is to the first of its group (a rival at 2.00 takes twice our time). Packages: '
    sed -n '/Label="Benchmarks"/,/<\/ItemGroup>/s/.*Include="\([^"]*\)" Version="\([^"]*\)".*/\1 \2/p' "$root/src/Directory.Packages.props" | paste -sd, - | sed 's/,/, /g; s/$/./'
    grep -h '^// state.json' "$artifacts/log" | sort -u | sed 's|^// |\n|'
    for table in "$artifacts"/results/*-github.md; do
      printf '\n### %s\n\n' "$(basename "$table" -report-github.md | sed 's/.*\.//; s/Benchmarks$//')"
      grep '^|' "$table"
    done
  } | report micro
}

command -v python3 > /dev/null || fail "python3 is needed: apt-get install python3"
case "${1-}" in
  micro) micro "${2-}" ;;
  commands | process | scaling)
    [ "${2-}" != --install ] || install_others
    parts=("$1")
    [ "$1" != process ] || parts=(commands process)
    native "${parts[@]}" ;;
  notes) report notes < "${2:-$root/scripts/bench/notes.md}" ;;
  all)
    [ "${2-}" != --install ] || install_others
    (micro)
    native commands process scaling
    report notes < "$root/scripts/bench/notes.md" ;;
  actions) shift; exec "$root/scripts/measure-actions.sh" "$@" ;;
  *) usage ;;
esac
