#!/usr/bin/env bash
# Measures what file watching misses, costs and takes on the native binary, side by side with inotifywait, fswatch, watchman and
# chokidar where they are installed (--install gets them from Debian and npm). Linux only. Arguments choose the parts:
# nested flood overflow latency trees limit (all). RUNS is the number of nested runs (10), WRITES that of the latency's writes (300).
# AIWG_DAEMON_BINARY names another binary than the one below artifacts/.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"
explain 2,5 "$@"

[ -r /proc/self/status ] || fail "this reads /proc; run it on Linux"
temporary_project watch
source "$root/scripts/watch-rivals.sh"

also_end() { end_rival; }

if [ "${1-}" = --install ]; then
  shift
  install_rivals
fi
publish_native
runs=${RUNS:-10}
writes=${WRITES:-300}
parts=" ${*:-nested flood overflow latency trees limit} "

wants() { [[ $parts == *" $1 "* ]]; }
now_us() { local t=$EPOCHREALTIME; echo $((10#${t/[.,]/})); }
row() { printf '%-40s %-12s %s\n' "$1" "$2" "$3"; }

# configure [MORE]: a fresh project that watches tree/, with further keys of the section.
configure() {
  stop_daemon
  rm -rf "$project"
  mkdir -p "$project/.aiwg" "$project/tree"
  printf 'watch: { paths: [tree/], debounce_ms: 100, max_wait_ms: 1000, gitignore: false%s }\nrules: []\n' "${1-}" > "$project/.aiwg/daemon.yaml"
}


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

# await_lines PATTERN COUNT: waits until the rival has told of so many paths, or of no more for 5 s.
await_lines() {
  local count=-1 before still=0
  while [ "$still" -lt 25 ]; do
    before=$count
    count=$(told "$1" | wc -l)
    [ "$count" -lt "$2" ] || break
    if [ "$count" = "$before" ]; then still=$((still + 1)); else still=0; fi
    sleep 0.2
  done
}

told() { { grep -a -E "$1" "$work/rival" || true; } | cut -d' ' -f2- | sort -u; }

# with_rivals NAME FUNCTION…: calls the function for each rival, which watches an empty directory, and prints what it says.
with_rivals() {
  local name=$1 rival said
  shift
  for rival in "${rivals[@]}"; do
    rm -rf "$work/rival.tree"
    mkdir "$work/rival.tree"
    if ! has_rival "$rival"; then
      said="not installed"
    elif start_rival "$rival" "$work/rival.tree"; then
      said=$("$@")
    else
      said="did not start: $(tail -1 "$work/rival.err")"
    fi
    row "$name" "$rival" "$said"
    end_rival
  done
}

# count_told COUNT PATTERN COMMAND: what it tells of the paths that the command makes.
count_told() {
  (cd "$work/rival.tree" && "$3")
  await_lines "$2" "$1"
  echo "$(told "$2" | wc -l) of $1"
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

row version aiwg-daemon "$("$binary" --version | head -1)"
for rival in "${rivals[@]}"; do row version "$rival" "$(if has_rival "$rival"; then rival_version "$rival"; else echo "not installed"; fi)"; done

if wants nested; then
  for run in $(seq "$runs"); do
    configure
    start_daemon
    (cd "$project/tree" && make_nested "$run")
    settle file.create 500
    row "mkdir -p a/b/c and write, run $run" aiwg-daemon "$(summary file.create 500)"
  done
  with_rivals "mkdir -p a/b/c and write" count_told 500 '/file$' make_nested
fi

if wants flood; then
  configure
  start_daemon
  (cd "$project/tree" && make_flood)
  settle file.create 20000
  row "20,000 files at once" aiwg-daemon "$(summary file.create 20000)"
  with_rivals "20,000 files at once" count_told 20000 'file-[0-9]+$' make_flood
fi

if wants overflow; then
  configure
  start_daemon
  pid=$daemon_pid
  kill -STOP "$pid"
  (cd "$project/tree" && make_flood)
  kill -CONT "$pid"
  settle file.create 20000
  row "20,000 files while stopped" aiwg-daemon "$(summary file.create 20000); overflows: $(flags overflows)"
  make_flood_stopped() { kill -STOP "$rival_rss_pid"; make_flood; kill -CONT "$rival_rss_pid"; }
  with_rivals "20,000 files while stopped" count_told 20000 'file-[0-9]+$' make_flood_stopped
fi

# write_files DIRECTORY: one after the other, out of step with any timer's rhythm; when each was written goes to $work/written.
write_files() {
  local i at
  for i in $(seq "$writes"); do
    # Nothing but the write between the clock and the file's end: the shell takes its time to open it.
    exec 9> "$1/f$i"
    at=$EPOCHREALTIME
    echo x >&9
    exec 9>&-
    echo "f$i ${at/[.,]/}"
    sleep 0.0173
  done > "$work/written"
}

# spans WAIT: of "name time" lines on standard input, the time since the file was written, without so many milliseconds. Of several
# lines for a file the first after the writing counts: before it, its creation may have been told.
spans() {
  sort -s -k1,1 -k2,2n | join <(sort "$work/written") - | awk -v wait="$1" '$3 >= $2 && !($1 in seen) { seen[$1]; print ($3 - $2) / 1000 - wait }' | sort -n \
    | awk '{ v[NR] = $1 } END { printf "median %.2f ms, p99 %.2f ms, most %.2f ms, of %d", v[int((NR + 1) / 2)], v[int(NR * 0.99)], v[NR], NR }'
}

# The time in an event's id: milliseconds, then 12 bits of their fraction.
left_debouncer() {
  cat "$project"/.aiwg/daemon/events/2*.jsonl | grep -F '"file.create"' | sed -E 's/.*"id":"([^"]*)".*"path":"tree\/(f[0-9]+)".*/\2 \1/' \
    | while read -r name id; do echo "$name $((16#${id:0:8}${id:9:4} * 1000 + 16#${id:15:3} * 1000 / 4096))"; done
}

rival_latency() {
  write_files "$work/rival.tree"
  await_lines '/?f[0-9]+$' "$writes"
  sed -n -E 's/^([0-9]+) (.*\/)?(f[0-9]+)$/\3 \1/p' "$work/rival" | spans 0
}

if wants latency; then
  configure
  start_daemon
  write_files "$project/tree"
  settle file.create "$writes"
  row "write to event, without debounce" aiwg-daemon "$(left_debouncer | spans 100)"
  with_rivals "write to line (watchman: 20 ms settle)" rival_latency
fi

# measure_tree NAME IGNORED FIND…: starts on what is in tree/, beside the time of a bare find over what is not ignored; then the rivals.
measure_tree() {
  local name=$1 ignored=$2 before took find_us rival
  shift 2
  # Once for the cache of the filesystem, as a build or an editor would have it.
  "$@" > /dev/null
  before=$(now_us)
  "$@" > /dev/null
  find_us=$(($(now_us) - before))
  before=$(now_us)
  start_daemon
  took=$(($(now_us) - before))
  sleep 1
  row "$name" aiwg-daemon "$(flags watches) watches, ready in $((took / 1000)) ms (find: $((find_us / 1000)) ms), RSS $(($(rss_kb "$daemon_pid") - empty_kb)) kB above empty"
  stop_daemon
  for rival in "${rivals[@]}"; do
    if ! has_rival "$rival"; then
      row "$name" "$rival" "not installed"
      continue
    fi
    before=$(now_us)
    if start_rival "$rival" "$project/tree" ${ignored:+"$ignored"}; then
      row "$name" "$rival" "$(watches_of "$rival_rss_pid") watches, ready in $((($(now_us) - before) / 1000)) ms, RSS $(rss_kb "$rival_rss_pid") kB in all"
    else
      row "$name" "$rival" "not ready within two minutes: $(tail -1 "$work/rival.err")"
    fi
    end_rival
  done
}

watches_of() { cat "/proc/$1/fdinfo/"* 2> /dev/null | grep -c '^inotify wd' || true; }

if wants trees; then
  configure
  start_daemon
  sleep 1
  empty_kb=$(rss_kb "$daemon_pid")
  row "empty project" aiwg-daemon "RSS $empty_kb kB"

  configure ', ignore: ["skipped/"]'
  make_tree 5000 "$project/tree/kept"
  make_tree 95000 "$project/tree/skipped"
  measure_tree "100,000 dirs, 95,000 ignored" "$project/tree/skipped" find "$project/tree" -name skipped -prune -o -print

  configure
  make_tree 100000 "$project/tree/kept"
  measure_tree "100,000 dirs" '' find "$project/tree"
fi

if wants limit; then
  configure
  make_tree 200 "$project/tree/kept"
  if ! unshare -Ur true 2> /dev/null; then
    row "100 watches allowed" aiwg-daemon "skipped: this user may not make a namespace (unshare -Ur)"
  else
    # shellcheck disable=SC2016 # the inner shell expands them
    AIWG=$binary PROJECT=$project unshare -Ur sh -c 'echo 100 > /proc/sys/user/max_inotify_watches; exec "$AIWG" start --project "$PROJECT"' > /dev/null
    for i in 1 2; do for d in "$project/tree/kept/$i"/*; do echo x > "$d/file"; done; done
    settle file.create 198
    row "100 watches allowed" aiwg-daemon "$(summary file.create 198); $(flags watches) watches"
    "$binary" status --project "$project" | grep -i -A1 'limit of inotify' || true
  fi
fi
