#!/usr/bin/env bash
# git checkout between far apart commits whose ignore files differ at several levels, on the published native binary:
# checkout-storm.sh [FILES] [CHECKOUTS] [--busy] [--seed N]. 5,000 files and 20 checkouts if not said; each second one while the daemon is
# stopped (SIGSTOP). --busy keeps all processors at work meanwhile. What is reported must be what git diff --no-renames --name-status lists,
# exactly; one line a checkout, and exit code 1 if one differs.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"

files=5000
checkouts=20
seed=7
busy=
numbers=()
while [ $# -gt 0 ]; do
  case "$1" in
    --busy) busy=1 ;;
    --seed)
      [[ "${2:-}" =~ ^[1-9][0-9]*$ ]] || fail "--seed needs a number greater than 0"
      seed=$2
      shift
      ;;
    -h | --help)
      sed -n '2,6s/^# //p' "${BASH_SOURCE[0]}"
      exit 0
      ;;
    *)
      [[ "$1" =~ ^[1-9][0-9]*$ ]] || fail "'$1' is no number; usage: checkout-storm.sh [FILES] [CHECKOUTS] [--busy] [--seed N]"
      numbers+=("$1")
      ;;
  esac
  shift
done
[ "${#numbers[@]}" -lt 1 ] || files=${numbers[0]}
[ "${#numbers[@]}" -lt 2 ] || checkouts=${numbers[1]}

need_sdk
publish_native
dotnet build "$root/tests/AiwgDaemon.EndToEnd" -v quiet >&2 || fail "the build failed; the messages above say where"
loops=()
end_loops() { [ "${#loops[@]}" -eq 0 ] || kill "${loops[@]}" 2> /dev/null || true; }
trap end_loops EXIT
if [ -n "$busy" ]; then
  for _ in $(seq "$(nproc)"); do
    while :; do :; done &
    loops+=($!)
  done
fi
AIWG_DAEMON_BINARY="$binary" CHECKOUT_FILES=$files CHECKOUTS=$checkouts CHECKOUT_SEED=$seed \
  dotnet test "$root/tests/AiwgDaemon.EndToEnd" --no-build --logger "console;verbosity=detailed" --filter "FullyQualifiedName~CheckoutDiffTests" \
  | sed -n 's/^ *\(checkout [0-9].*\|Passed Aiwg.*\|Failed Aiwg.*\|Skipped Aiwg.*\|Shouldly.*\|seed .*\|.*TimeoutException.*\)/\1/p'
exit "${PIPESTATUS[0]}"
