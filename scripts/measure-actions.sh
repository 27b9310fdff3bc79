#!/usr/bin/env bash
# Measures how actions start on the native binary: from the acknowledgement of an event to the first instruction of its
# action, beside a bare posix_spawn of the same program in the same run; then short actions a second, and what they leave.
#   measure-actions.sh [RUNS]   (200)
# AIWG_DAEMON_BINARY measures another binary. Needs cc; Linux only.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"
explain 2,5 "$@"

runs=${1:-200}
[[ "$runs" =~ ^[1-9][0-9]*$ ]] || fail "'$runs' is no number of runs; usage: measure-actions.sh [RUNS]"
command -v cc > /dev/null || fail "a C compiler is needed for the program that is started: apt-get install gcc"
if [ -n "${AIWG_DAEMON_BINARY:-}" ]; then binary=$AIWG_DAEMON_BINARY; else publish_native; fi
project=$(mktemp -d "${TMPDIR:-/tmp}/aiwg-actions-XXXXXX")
cleanup() {
  "$binary" stop --project "$project" > /dev/null 2>&1 || true
  rm -rf "$project"
}
trap cleanup EXIT
mkdir -p "$project/.aiwg"
cc -O2 -o "$project/measure" "$root/scripts/measure-actions.c"

# configure PARALLEL: one rule that starts the program for each event.
configure() {
  cat > "$project/.aiwg/daemon.yaml" <<YAML
daemon: { max_parallel_actions: $1 }
watch: { enabled: false }
schedule: { enabled: false }
rules:
  - { id: go, event: { source: manual, type: go }, on_busy: allow, action: { type: exec, argv: ["$project/measure", stamp, "$project/stamps"] } }
YAML
}

descriptors() { find "/proc/$pid/fd" -mindepth 1 2> /dev/null | wc -l; }
# shellcheck disable=SC2009 # pgrep shows no states
zombies() { ps -o stat= --ppid "$pid" | grep -c '^Z' || true; }

# Waits until what was started is over: the daemon has no child.
settle() {
  for _ in $(seq 100); do
    [ -n "$(ps -o pid= --ppid "$pid")" ] || return 0
    sleep 0.1
  done
}

socket="$project/.aiwg/daemon/daemon.sock"
configure 3
"$binary" start --project "$project" > /dev/null
pid=$(cat "$project/.aiwg/daemon.pid")
"$project/measure" latency "$socket" "$project/stamps" "$runs"
for parallel in 2 3; do
  configure "$parallel"
  "$binary" reload --project "$project" > /dev/null
  before=$(descriptors)
  echo "at parallelism $parallel:"
  "$project/measure" burst "$socket" "$project/stamps" 1000
  settle
  echo "left behind                      $(zombies) zombies, $(($(descriptors) - before)) descriptors"
done
