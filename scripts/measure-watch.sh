#!/usr/bin/env bash
# Measures what file watching misses, costs and takes on the native binary, side by side with inotifywait, fswatch, watchman and
# chokidar where they are installed. Linux only. Arguments choose the parts: nested flood overflow latency trees limit (all).
# AIWG_DAEMON_BINARY names another binary than the one below artifacts/; RUNS is the number of nested runs (10).
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"

[ -r /proc/self/status ] || fail "this reads /proc; run it on Linux"
if [ -n "${AIWG_DAEMON_BINARY-}" ]; then binary=$AIWG_DAEMON_BINARY; else publish_native; fi
runs=${RUNS:-10}
parts=" ${*:-nested flood overflow latency trees limit} "
work=$(mktemp -d "${TMPDIR:-/tmp}/aiwg-watch-XXXXXX")
project=$work/project
rival_pid=

cleanup() {
  [ -z "$rival_pid" ] || kill "$rival_pid" 2> /dev/null || true
  [ ! -e "$project/.aiwg" ] || "$binary" stop --project "$project" > /dev/null 2>&1 || true
  rm -rf "$work"
}
trap cleanup EXIT

wants() { [[ $parts == *" $1 "* ]]; }
now_us() { local t=$EPOCHREALTIME; echo $((10#${t/[.,]/})); }
rss_kb() { awk '$1 == "VmRSS:" { print $2 }' "/proc/$1/status"; }
row() { printf '%-34s %-12s %s\n' "$1" "$2" "$3"; }

# configure [MORE]: a fresh project that watches tree/, with further keys of the section.
configure() {
  stop
  rm -rf "$project"
  mkdir -p "$project/.aiwg" "$project/tree"
  printf 'watch: { paths: [tree/], debounce_ms: 100, max_wait_ms: 1000, gitignore: false%s }\nrules: []\n' "${1-}" > "$project/.aiwg/daemon.yaml"
}

start() { "$binary" start --project "$project" > "$work/start.out" 2>&1 || fail "start failed: $(cat "$work/start.out")"; }
stop() { [ ! -e "$project/.aiwg/daemon.pid" ] || "$binary" stop --project "$project" > /dev/null; }
daemon_pid() { cat "$project/.aiwg/daemon.pid"; }

# The paths of the events of a type, one a line.
reported() {
  cat "$project"/.aiwg/daemon/events/2*.jsonl 2> /dev/null | grep -F "\"type\":\"$1\"" | grep -o '"path":"[^"]*"' || true
}

# settle TYPE COUNT: waits until so many are reported, or none comes for 5 s; a second more shows what comes twice.
settle() {
  local count=-1 before still=0
  while [ "$still" -lt 50 ]; do
    before=$count
    count=$(reported "$1" | wc -l)
    [ "$count" -lt "$2" ] || break
    if [ "$count" = "$before" ]; then still=$((still + 1)); else still=0; fi
    sleep 0.1
  done
  sleep 1
}

summary() { reported "$1" | sort | uniq -c | awk -v all="$2" '{ n++; if ($1 > 1) twice++ } END { printf "%d of %d, %d twice", n, all, twice }'; }

flags() { "$binary" status --json --project "$project" | tr -d ' \n' | grep -o '"file_watcher":{[^}]*' | grep -o "\"$1\":[^,]*" | head -1 | cut -d: -f2; }

# start_rival NAME DIRECTORY: its lines (one a change) go to $work/rival; fails where it is not installed.
start_rival() {
  : > "$work/rival"
  case $1 in
    inotifywait)
      command -v inotifywait > /dev/null || return 1
      inotifywait -m -r -e create,modify,close_write,moved_to,delete --format '%w%f' "$2" > "$work/rival" 2> "$work/rival.err" &
      ;;
    fswatch)
      command -v fswatch > /dev/null || return 1
      fswatch -r "$2" > "$work/rival" 2> "$work/rival.err" &
      ;;
    watchman)
      command -v watchman-make > /dev/null || return 1
      watchman-make -p '**' --root "$2" --settle 0.1 --run 'echo' > "$work/rival" 2> "$work/rival.err" &
      ;;
    chokidar)
      node -e 'require.resolve("chokidar")' 2> /dev/null || return 1
      node -e 'require("chokidar").watch(process.argv[1], { ignoreInitial: true }).on("all", (e, p) => console.log(p)).on("ready", () => console.error("ready"))' \
        "$2" > "$work/rival" 2> "$work/rival.err" &
      ;;
  esac
  rival_pid=$!
  for _ in $(seq 100); do
    ! grep -q -i -e established -e ready "$work/rival.err" || return 0
    [ "$1" = inotifywait ] || [ "$1" = chokidar ] || { sleep 2; return 0; }
    sleep 0.1
  done
}

end_rival() {
  kill "$rival_pid" 2> /dev/null || true
  wait "$rival_pid" 2> /dev/null || true
  rival_pid=
}

# rivals NAME COUNT PATTERN COMMAND…: each works on an empty directory; so many of the paths that match are to be seen.
rivals() {
  local name=$1 count=$2 pattern=$3 rival
  shift 3
  for rival in inotifywait fswatch watchman chokidar; do
    rm -rf "$work/rival.tree"
    mkdir "$work/rival.tree"
    if ! start_rival "$rival" "$work/rival.tree"; then
      row "$name" "$rival" "not installed"
      continue
    fi
    (cd "$work/rival.tree" && "$@")
    sleep 5
    row "$name" "$rival" "$(grep -a -E "$pattern" "$work/rival" | sort -u | wc -l) of $count"
    end_rival
  done
}

make_nested() {
  local i
  for i in $(seq 500); do
    mkdir -p "r${1-}-$i/a/b/c"
    echo x > "r${1-}-$i/a/b/c/file"
  done
}

make_flood() { seq -f 'file-%.0f' 20000 | xargs touch; }

# make_tree DIRECTORIES BELOW: so many directories, a hundred in each of the first level's.
make_tree() {
  local groups=$(($1 / 100)) i
  for i in $(seq "$groups"); do printf '%s/%d/d%02d\n' "$2" "$i" 0; done | xargs mkdir -p
  for i in $(seq "$groups"); do printf "$2/$i/d%02d\n" $(seq 1 98); done | xargs mkdir
}

if wants nested; then
  for run in $(seq "$runs"); do
    configure
    start
    (cd "$project/tree" && make_nested "$run")
    settle file.create 500
    row "mkdir -p a/b/c and write, run $run" aiwg-daemon "$(summary file.create 500)"
  done
  rivals "mkdir -p a/b/c and write" 500 '/file$' make_nested
fi

if wants flood; then
  configure
  start
  (cd "$project/tree" && make_flood)
  settle file.create 20000
  row "20,000 files at once" aiwg-daemon "$(summary file.create 20000)"
  rivals "20,000 files at once" 20000 '/file-[0-9]+$' make_flood
fi

if wants overflow; then
  configure
  start
  pid=$(daemon_pid)
  kill -STOP "$pid"
  (cd "$project/tree" && make_flood)
  kill -CONT "$pid"
  settle file.create 20000
  row "20,000 files while stopped" aiwg-daemon "$(summary file.create 20000); overflows: $(flags overflows)"
  make_flood_stopped() { kill -STOP "$rival_pid"; make_flood; kill -CONT "$rival_pid"; }
  rivals "20,000 files while stopped" 20000 '/file-[0-9]+$' make_flood_stopped
fi

if wants latency; then
  configure
  start
  written=$work/written
  : > "$written"
  # Out of step with any timer's rhythm.
  for i in $(seq 300); do
    # The clock first, and without a process of its own.
    at=$EPOCHREALTIME
    echo x > "$project/tree/f$i"
    echo "$i $((10#${at/[.,]/}))" >> "$written"
    sleep 0.0173
  done
  settle file.create 300
  # An event's time is cut to milliseconds: half a millisecond is its mean error, and is added.
  cat "$project"/.aiwg/daemon/events/2*.jsonl | grep -F '"file.create"' | sed -E 's/.*"timestamp":"([^"]*)".*"path":"tree\/f([0-9]+)".*/\2 \1/' \
    | while read -r i at; do echo "$i $(date -d "$at" +%s%3N)"; done | sort > "$work/left"
  sort "$written" | join - "$work/left" | awk '{ print ($3 * 1000 + 500 - $2 - 100000) / 1000 }' | sort -n \
    | awk '{ v[NR] = $1 } END { printf "median %.1f ms, p99 %.1f ms, most %.1f ms, of %d", v[int((NR + 1) / 2)], v[int(NR * 0.99)], v[NR], NR }' > "$work/latency"
  row "write to event, without debounce" aiwg-daemon "$(cat "$work/latency")"
fi

# measure_tree NAME FIND…: starts on what is in tree/, beside the time of a bare find over what is not ignored.
measure_tree() {
  local name=$1 before took find_us
  shift
  # Once for the cache of the filesystem, as a build or an editor would have it.
  "$@" > /dev/null
  before=$(now_us)
  "$@" > /dev/null
  find_us=$(($(now_us) - before))
  before=$(now_us)
  start
  took=$(($(now_us) - before))
  sleep 1
  row "$name" aiwg-daemon "$(flags watches) watches, ready in $((took / 1000)) ms (find: $((find_us / 1000)) ms), RSS $(($(rss_kb "$(daemon_pid)") - empty_kb)) kB above empty"
}

if wants trees; then
  configure
  start
  sleep 1
  empty_kb=$(rss_kb "$(daemon_pid)")
  row "empty project" aiwg-daemon "RSS $empty_kb kB"

  configure ', ignore: ["skipped/"]'
  make_tree 5000 "$project/tree/kept"
  make_tree 95000 "$project/tree/skipped"
  measure_tree "100,000 dirs, 95,000 ignored" find "$project/tree" -name skipped -prune -o -print

  configure
  make_tree 100000 "$project/tree/kept"
  measure_tree "100,000 dirs" find "$project/tree"
  stop
  for rival in inotifywait fswatch watchman chokidar; do
    before=$(now_us)
    if start_rival "$rival" "$project/tree"; then
      row "100,000 dirs" "$rival" "ready in $((($(now_us) - before) / 1000)) ms, RSS $(rss_kb "$rival_pid") kB in all"
      end_rival
    else
      row "100,000 dirs" "$rival" "not installed"
    fi
  done
fi

if wants limit; then
  configure
  make_tree 200 "$project/tree/kept"
  if ! unshare -Ur true 2> /dev/null; then
    row "100 watches allowed" aiwg-daemon "skipped: this user may not make a namespace (unshare -Ur)"
  else
    AIWG=$binary PROJECT=$project unshare -Ur sh -c 'echo 100 > /proc/sys/user/max_inotify_watches; exec "$AIWG" start --project "$PROJECT"' > /dev/null
    for i in 1 2; do for d in "$project/tree/kept/$i"/*; do echo x > "$d/file"; done; done
    settle file.create 198
    row "100 watches allowed" aiwg-daemon "$(summary file.create 198); $(flags watches) watches"
    "$binary" status --project "$project" | grep -i -A1 'limit of inotify' || true
  fi
fi
