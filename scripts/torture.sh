#!/usr/bin/env bash
# The fault laboratory: torture.sh [MINUTES] [--seed N] | torture.sh --log-lines [N]
# Hurts the published native binary in every way it knows for MINUTES (15 where not said), checks after each fault that the
# invariants hold, and ends with a table: fault, times, violations, and the seed that repeats the run. Exits non-zero where
# an invariant was violated. Mounting faults need root and are skipped without it. Daemons live in temporary projects.
# --log-lines: N lines (10,000,000 where not said) through the log writer from 8 threads over all its rotations; each must be
# there once.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"

minutes=15
seed=$((RANDOM * 32768 + RANDOM + 1))
while [ $# -gt 0 ]; do
  case "$1" in
    --seed)
      [[ "${2:-}" =~ ^[1-9][0-9]*$ ]] || fail "--seed needs a number greater than 0"
      seed=$2
      shift 2
      ;;
    --log-lines)
      [[ "${2:-10000000}" =~ ^[1-9][0-9]*$ ]] || fail "--log-lines needs a number greater than 0"
      need_sdk
      dotnet build "$root/tests/AiwgDaemon.Tests" -v quiet >&2 || fail "the build failed; the messages above say where"
      AIWG_LOG_LINES=${2:-10000000} dotnet test "$root/tests/AiwgDaemon.Tests" --no-build --logger "console;verbosity=detailed" \
        --filter "FullyQualifiedName~Logging.ManyLinesTests" | sed -n 's/^ *\([0-9]* lines in .*\|Passed Aiwg.*\|Failed .*\)/\1/p'
      exit
      ;;
    -h | --help)
      sed -n '2,7s/^# //p' "${BASH_SOURCE[0]}"
      exit 0
      ;;
    *)
      [[ "$1" =~ ^[0-9]+(\.[0-9]+)?$ ]] || fail "'$1' is no number of minutes; usage: torture.sh [MINUTES] [--seed N]"
      minutes=$1
      shift
      ;;
  esac
done

need_sdk
publish_native
say "Building the laboratory"
dotnet build "$root/tests/AiwgDaemon.EndToEnd" -v quiet >&2 || fail "the build failed; the messages above say where"
report=$(mktemp)
trap 'rm -f "$report"' EXIT
say "Torture for $minutes minutes, seed $seed"
status=0
AIWG_DAEMON_BINARY="$binary" AIWG_TORTURE_MINUTES=$minutes AIWG_TORTURE_SEED=$seed AIWG_TORTURE_REPORT=$report \
  dotnet test "$root/tests/AiwgDaemon.EndToEnd" --no-build -v quiet --filter "FullyQualifiedName~Faults.TortureTests" > "$report.log" 2>&1 || status=$?
if [ -s "$report" ]; then cat "$report"; else cat "$report.log"; fi
rm -f "$report.log"
exit "$status"
