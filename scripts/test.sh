#!/usr/bin/env bash
# Builds everything with warnings as errors, publishes the native binary, and runs all tests: unit tests, then the
# end-to-end tests against the native binary:   test.sh [--release | --wine]
# With --wine only the program for Windows is tested, under Wine, which is installed if need be. With --release that too, if
# Wine can be had, and what a release is made of: the fully static program in an empty root directory (Linux), the packed
# dotnet tool, and that two builds are bit-identical. Ends with "N passed, N failed"; exits non-zero where anything failed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"

release=0 wine=0
case "${1-}" in
  --release) release=1 wine=1 ;;
  --wine) wine=1 ;;
  '') ;;
  -h | --help)
    sed -n '2,6s/^# //p' "${BASH_SOURCE[0]}"
    exit 0 ;;
  *) fail "'$1' is not understood; usage: test.sh [--release | --wine]" ;;
esac

need_sdk
need_linker
results="$root/artifacts/test-results"
rm -rf "$results"

say "Building (warnings are errors)"
dotnet build "$root/AiwgDaemon.sln" -v quiet || fail "the build failed; the messages above say where"
unbuilt=0
if [ "$wine" -eq 0 ] || [ "$release" -eq 1 ]; then publish_native; fi
if [ "$release" -eq 1 ] && [ "$(uname -s)" = Linux ]; then
  released="$root/artifacts/test-release"
  rm -rf "$released"
  if RELEASE_DIR="$released" "$root/scripts/publish.sh"; then export AIWG_STATIC_BINARY="$released/$rid/aiwg-daemon"; else unbuilt=1; fi
fi

# The program for Windows and the child of its tests, self-contained, and Wine with a prefix and a server of its own.
need_wine() {
  [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || { say "Wine is used on Linux x64 only: the program for Windows is not tested"; return 1; }
  if ! command -v wine > /dev/null && ! (install_packages wine wine64); then
    say "Wine cannot be had here: the program for Windows is not tested"
    return 1
  fi
  say "Publishing the program for Windows, and the child of its tests"
  local options=(-c Release -r win-x64 -v quiet -p:PublishTrimmed=true -p:PublishSingleFile=true --self-contained)
  windows=$(mktemp -d "${TMPDIR:-/tmp}/aiwg-windows-XXXXXX")
  copy_sources "$windows"
  (cd "$root" && tar -cf - --exclude=bin --exclude=obj tests/AiwgDaemon.TestChild tests/Directory.Build.props) | tar -xf - -C "$windows"
  if ! dotnet publish "$windows/src/AiwgDaemon" -o "$windows/program" -p:PublishAot=false "${options[@]}" \
    || ! dotnet publish "$windows/tests/AiwgDaemon.TestChild" -o "$windows/child" -p:RunAnalyzers=false "${options[@]}"; then
    unbuilt=1
    return 1
  fi
  export AIWG_WINDOWS_BINARY="$windows/program/aiwg-daemon.exe" AIWG_WINDOWS_CHILD="$windows/child/test-child.exe"
  export WINEPREFIX="$windows/prefix" WINEDEBUG=-all
  mkdir -p "$WINEPREFIX"
  # Kept alive: each command would start the server anew otherwise.
  wineserver -p -f < /dev/null > /dev/null 2>&1 &
  wineserver_pid=$!
  trap 'kill "$wineserver_pid" 2> /dev/null; rm -rf "$windows"' EXIT
  wine wineboot -i > /dev/null 2>&1
}

# A project's tests; a crash of the runner counts as one failure, so that it cannot be mistaken for success.
run_tests() {
  local limit=
  # macOS has none; there the runner's own limit has to do.
  ! command -v timeout > /dev/null || limit="timeout 420"
  local name=${3:-$1}
  say "Testing: $name"
  AIWG_DAEMON_BINARY="$binary" $limit dotnet test "$root/tests/$1" --no-build -v quiet ${2:+--filter "$2"} \
    --logger "console;verbosity=minimal" --logger "trx;LogFileName=$name.trx" --results-directory "$results" || broken=1
}

# The runner's own counters, from the first <Counters> element of each result file.
counter() {
  local sum=0 file value
  for file in "$results"/*.trx; do
    [ -e "$file" ] || continue
    value=$(sed -n "s/.*<Counters [^>]* $1=\"\([0-9]*\)\".*/\1/p" "$file" | head -n 1)
    sum=$((sum + ${value:-0}))
  done
  echo "$sum"
}

broken=0
projects=()
if [ "$release" -eq 1 ] || [ "$wine" -eq 0 ]; then
  projects=(AiwgDaemon.Tests AiwgDaemon.EndToEnd)
  run_tests AiwgDaemon.Tests
  run_tests AiwgDaemon.EndToEnd "FullyQualifiedName!~EndToEnd.Windows"
fi
# In a run of its own: it has daemons enough for two processors.
if [ "$wine" -eq 1 ] && need_wine; then
  projects+=(AiwgDaemon.Windows)
  run_tests AiwgDaemon.EndToEnd "FullyQualifiedName~EndToEnd.Windows" AiwgDaemon.Windows
elif [ "$release" -eq 0 ] && [ "$wine" -eq 1 ]; then
  fail "there is nothing to test; the messages above say why"
fi
passed=$(counter passed)
failed=$(($(counter failed) + unbuilt))

# A script that checks something counts as a test.
check() {
  say "Checking: $*"
  if "$root/scripts/$1" "${@:2}" > "$results/$1.log" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    tail -n 40 "$results/$1.log" >&2
  fi
}
if [ "$release" -eq 1 ]; then
  check pack-tool.sh --check
  [ "$(uname -s)" != Linux ] || check check-reproducible.sh "$rid" "$released"
fi
for project in "${projects[@]}"; do
  [ -e "$results/$project.trx" ] || failed=$((failed + 1))
done
if [ "$broken" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
