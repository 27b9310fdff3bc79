#!/usr/bin/env bash
# Records which methods everyday use runs, for the compiler to put them next to each other: order-methods.sh
# Builds the native binary, runs --version, a daemon that starts, beats and stops, one that sees a change and runs an
# action, and the commands around them under valgrind, and writes the methods' names to src/AiwgDaemon/Methods.order. What lies together
# shares pages: an idle daemon has 2 MB less resident. A name that is no longer there does no harm, one that is missing costs a
# page at most: run this before a release and after an update of the SDK. Linux; needs valgrind (Debian: valgrind) and nm.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"

explain 2,6 "${1-}"
[ $# -eq 0 ] || fail "no arguments are expected; see --help"
[ "$(uname -s)" = Linux ] || fail "this runs on Linux only"
command -v valgrind > /dev/null || install_packages valgrind
unset AIWG_DAEMON_BINARY
publish_native
temporary_project order

# Valgrind reads the symbols, but not the debug information beside them; and it has no 256 GB to reserve for a heap.
objcopy --strip-debug "$binary.dbg" "$work/traced.dbg"
objcopy --remove-section .gnu_debuglink "$binary" "$work/traced"
(cd "$work" && objcopy --add-gnu-debuglink=traced.dbg traced)
export DOTNET_GCHeapHardLimit=8000000

# trace NAME ARGUMENT...: runs the program and keeps what it called.
trace() {
  local name=$1
  shift
  say "Recording aiwg-daemon $*"
  valgrind -q --log-file="$work/valgrind.log" --tool=callgrind --demangle=no --callgrind-out-file="$work/$name.calls" \
    "$work/traced" "$@" --project "$project" > "$work/$name.out" 2>&1 || fail "aiwg-daemon $* failed: $(cat "$work/$name.out" "$work/valgrind.log")"
}

# until_true WHAT COMMAND...: waits until the command succeeds.
until_true() {
  local what=$1 i
  shift
  for ((i = 0; i < 600; i++)); do
    ! "$@" > /dev/null 2>&1 || return 0
    sleep 0.1
  done
  fail "$what did not come: $(cat "$work"/*.out)"
}

mkdir "$project/src"
cat > "$project/.aiwg/daemon.yaml" << 'YAML'
daemon: { heartbeat_interval_seconds: 1 }
watch: { debounce_ms: 50, paths: [{ path: src/, extensions: [.txt] }] }
schedule: { jobs: [{ id: nightly, cron: "30 2 * * *", action: check }] }
actions: { check: { type: exec, argv: [touch, ran] } }
rules: [{ id: on-save, event: { source: watch }, action: check }]
YAML
# daemon NAME: a daemon whose calls are kept, once it is ready. Sets traced.
daemon() {
  trace "$1" start --foreground &
  traced=$!
  until_true "the daemon" grep -q "Daemon started" "$work/$1.out"
}

trace version --version
daemon idle
beat=$(stat -c %y "$project/.aiwg/daemon/heartbeat")
until_true "a heartbeat" sh -c "[ \"\$(stat -c %y '$project/.aiwg/daemon/heartbeat')\" != '$beat' ]"
trace status status
trace stop stop
wait "$traced"
daemon busy
echo x > "$project/src/a.txt"
until_true "the action" test -e "$project/ran"
trace emit emit noticed
"$binary" stop --project "$project" > /dev/null
wait "$traced"
trace start start

# The program's own code and the libraries' alike; not what is written in C, which the compiler does not order.
nm "$root"/src/AiwgDaemon/obj/Release/net10.0/"$rid"/native/aiwg-daemon.o | awk '$2 ~ /[tT]/ { print $3 }' | LC_ALL=C sort -u > "$work/methods"
ordered="$root/src/AiwgDaemon/Methods.order"
# What an idle daemon needs comes first, then what it needs at work, then the commands.
for name in version idle busy status stop emit start; do
  sed -n "s/^c\{0,1\}fn=([0-9]*) //p" "$work/$name.calls" | sed "s/'[0-9]*\$//" | LC_ALL=C sort -u | LC_ALL=C comm -12 - "$work/methods"
done | awk '!seen[$0]++' > "$work/order"
[ "$(wc -l < "$work/order")" -gt 1000 ] || fail "only $(wc -l < "$work/order") methods were recorded; the binary has no symbols"
cp "$work/order" "$ordered"
say "Done: $(wc -l < "$ordered") of $(wc -l < "$work/methods") methods, in ${ordered#"$root/"}; the next build uses them"
