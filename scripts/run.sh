#!/usr/bin/env bash
# Builds the native binary if need be, then
#   run.sh DIR   starts the daemon for the project in DIR;
#   run.sh       shows the main job in a temporary project: a rule, a change of a file, the action's output, the status.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"

case "${1-}" in
  -h | --help)
    sed -n '2,4s/^# \{0,1\}//p' "$0"
    exit ;;
esac
if [ $# -gt 0 ]; then
  [ -d "$1" ] || fail "$1 is not a directory; name the project that the daemon is to work on"
  publish_native
  code=0
  "$binary" start --project "$1" || code=$?
  # 4: one runs there already, which is what was wanted.
  [ "$code" -eq 0 ] || [ "$code" -eq 4 ] || exit "$code"
  "$binary" status --project "$1"
  printf '\nStop it with: %s stop --project %q\n' "$binary" "$1"
  exit
fi

publish_native
temporary_project demo

say "A project with one rule: when a .txt file below notes/ changes, count its words"
mkdir "$project/notes"
cat > "$project/.aiwg/daemon.yaml" <<'YAML'
watch:
  paths:
    - { path: "notes/", events: [create, modify], extensions: [".txt"] }
  debounce_ms: 200
rules:
  - id: count-words
    event: { source: watch, path_pattern: "notes/**/*.txt" }
    action: { type: exec, argv: [wc, -w, "{{event.payload.path}}"] }
YAML
cat "$project/.aiwg/daemon.yaml"

say "aiwg-daemon start"
"$binary" start --project "$project"

say "echo 'the quick brown fox' > notes/first.txt"
echo 'the quick brown fox' > "$project/notes/first.txt"

# Waits for the event's effect, with a limit: nothing is timed. By the status, which is written a moment after the action's end
# and shown below: it must not say that nothing has happened.
for _ in $(seq 100); do
  list=$("$binary" status --project "$project" 2> /dev/null || true)
  case "$list" in *completed*) break ;; esac
  sleep 0.1
done
case "$list" in
  *completed*) ;;
  *)
    "$binary" logs --project "$project" >&2 || true
    fail "no action ran within 10 s; the log above tells why" ;;
esac
id=$(printf '%s\n' "$list" | awk '/completed/ { print $1; exit }')

say "aiwg-daemon actions logs $id"
"$binary" actions logs "$id" --project "$project"
say "aiwg-daemon status"
"$binary" status --project "$project"
say "aiwg-daemon stop"
"$binary" stop --project "$project"
say "That was the main job. Start the daemon for a project of your own: scripts/run.sh DIR"
