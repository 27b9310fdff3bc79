#!/usr/bin/env bash
# Builds everything with warnings as errors, publishes the native binary, and runs all tests: unit tests, then the
# end-to-end tests against the native binary:   test.sh [--release]
# With --release also what a release is made of: the fully static program in an empty root directory (Linux), the packed
# dotnet tool, and that two builds are bit-identical. Ends with "N passed, N failed"; exits non-zero where anything failed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"

release=0
case "${1-}" in
  --release) release=1 ;;
  '') ;;
  -h | --help)
    sed -n '2,5s/^# //p' "${BASH_SOURCE[0]}"
    exit 0 ;;
  *) fail "'$1' is not understood; usage: test.sh [--release]" ;;
esac

need_sdk
need_linker
results="$root/artifacts/test-results"
rm -rf "$results"

say "Building (warnings are errors)"
dotnet build "$root/AiwgDaemon.sln" -v quiet || fail "the build failed; the messages above say where"
publish_native
unbuilt=0
if [ "$release" -eq 1 ] && [ "$(uname -s)" = Linux ]; then
  if "$root/scripts/publish.sh"; then export AIWG_STATIC_BINARY="$root/artifacts/release/$rid/aiwg-daemon"; else unbuilt=1; fi
fi

# A project's tests; a crash of the runner counts as one failure, so that it cannot be mistaken for success.
run_tests() {
  local limit=
  # macOS has none; there the runner's own limit has to do.
  ! command -v timeout > /dev/null || limit="timeout 420"
  say "Testing: $1"
  AIWG_DAEMON_BINARY="$binary" $limit dotnet test "$root/tests/$1" --no-build -v quiet \
    --logger "console;verbosity=minimal" --logger "trx;LogFileName=$1.trx" --results-directory "$results" || broken=1
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
run_tests AiwgDaemon.Tests
run_tests AiwgDaemon.EndToEnd
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
  [ "$(uname -s)" != Linux ] || check check-reproducible.sh "$rid"
fi
for project in AiwgDaemon.Tests AiwgDaemon.EndToEnd; do
  [ -e "$results/$project.trx" ] || failed=$((failed + 1))
done
if [ "$broken" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
