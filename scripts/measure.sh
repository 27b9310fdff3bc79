#!/usr/bin/env bash
# Measures the native binary on a temporary project with the default configuration: start until ready and status (median
# of 20), size, and what an idle daemon costs (memory, threads, voluntary context switches a minute). Linux only.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"
explain 2,3 "$@"

[ -r /proc/self/task/self/status ] || [ -r /proc/self/status ] || fail "this reads /proc; run it on Linux"
publish_native
runs=${RUNS:-20}
idle_seconds=${IDLE_SECONDS:-60}
temporary_project measure
mkdir "$project/src"

now_us() { local t=$EPOCHREALTIME; echo $((10#${t/[.,]/})); }

# Microseconds of each run on a line, in; the middle one in milliseconds, out.
median() { sort -n | awk '{ v[NR] = $1 } END { m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2; printf "%.1f", m / 1000 }'; }

# Prints what each run of the command took; a failing run ends the measurement.
time_runs() {
  local before
  for _ in $(seq "$runs"); do
    [ -z "${between-}" ] || $between
    before=$(now_us)
    "$@" > /dev/null || fail "'$*' failed; run it by hand to see why"
    echo $(($(now_us) - before))
  done
}

printf 'start until ready   %s ms (median of %s)\n' "$(between=stop_daemon time_runs "$binary" start --project "$project" | median)" "$runs"
printf 'status              %s ms\n' "$(time_runs "$binary" status --project "$project" | median)"
printf '%s           %s ms\n' --version "$(time_runs "$binary" --version | median)"
printf 'binary              %s bytes\n' "$(stat -c %s "$binary")"

pid=$(cat "$project/.aiwg/daemon.pid")
field() { awk -v key="$1:" '$1 == key { print $2 }' "$2"; }
switches() { cat /proc/"$pid"/task/*/status | awk '/^voluntary_ctxt_switches/ { sum += $2 } END { print sum }'; }

say "Watching the idle daemon for $idle_seconds s"
# What a start sets in motion is over by then.
sleep 3
before=$(switches)
sleep "$idle_seconds"
after=$(switches)
printf 'idle RSS            %s kB\n' "$(field VmRSS "/proc/$pid/status")"
printf 'idle PSS            %s kB\n' "$(field Pss "/proc/$pid/smaps_rollup")"
printf 'threads             %s\n' "$(field Threads "/proc/$pid/status")"
printf 'voluntary switches  %s a minute\n' "$(awk -v n=$((after - before)) -v s="$idle_seconds" 'BEGIN { printf "%.1f", n * 60 / s }')"
