# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # its variables and those of the script that sources it are shared
# Sourced by measure-watch.sh: the watchers that it measures beside the daemon, each left out where it is not installed.
# Needs: root, work, fail, say. Sets rival_pid while one runs; its lines go to $work/rival, each behind its time in microseconds.

rivals=(inotifywait fswatch watchman chokidar)
rival_modules="$root/artifacts/rivals"
export NODE_PATH="$rival_modules/node_modules${NODE_PATH:+:$NODE_PATH}"
rival_pid=
rival_rss_pid=

install_rivals() {
  install_packages inotify-tools fswatch watchman npm
  mkdir -p "$rival_modules"
  npm install --silent --no-fund --no-audit --prefix "$rival_modules" chokidar-cli > "$work/npm" 2>&1 || fail "chokidar-cli could not be installed: $(tail -1 "$work/npm")"
}

rival_version() {
  case $1 in
    inotifywait) inotifywait --help 2>&1 | head -1 | grep -o '[0-9][0-9.]*' ;;
    fswatch) fswatch --version | head -1 | grep -o '[0-9][0-9.]*' ;;
    watchman) watchman --version ;;
    chokidar) node -p 'require("chokidar/package.json").version' ;;
  esac
}

has_rival() {
  case $1 in
    chokidar) node -e 'require.resolve("chokidar")' > /dev/null 2>&1 ;;
    *) command -v "$1" > /dev/null ;;
  esac
}

stamp() { local line; while IFS= read -r line; do printf '%s %s\n' "${EPOCHREALTIME/[.,]/}" "$line"; done > "$work/rival"; }

# A server of its own, so that the user's is not disturbed.
own_watchman() { watchman -U "$work/wm.sock" --logfile "$work/wm.log" --statefile "$work/wm.state" --pidfile "$work/wm.pid" --no-pretty "$@"; }

# start_rival NAME DIRECTORY [IGNORED]: returns when it is armed; 1 where it is not within two minutes.
start_rival() {
  local name=$1 directory=$2 ignored=${3-}
  : > "$work/rival"
  : > "$work/rival.err"
  case $name in
    inotifywait)
      inotifywait -m -r -e create,modify,close_write,moved_to,delete --format '%w%f' ${ignored:+"@$ignored"} "$directory" > >(stamp) 2> "$work/rival.err" &
      ;;
    fswatch)
      fswatch -r -l 0.1 ${ignored:+-e "$ignored"} "$directory" > >(stamp) 2> "$work/rival.err" &
      ;;
    watchman)
      rm -f "$work/wm.log"
      [ -z "$ignored" ] || printf '{ "ignore_dirs": ["%s"] }\n' "${ignored#"$directory/"}" > "$directory/.watchmanconfig"
      own_watchman watch "$directory" > /dev/null
      printf '["subscribe", "%s", "measure", { "fields": ["name"] }]\n' "$directory" > "$work/wm.query"
      own_watchman -j -p < "$work/wm.query" > >(grep --line-buffered -o '"[^"]*"' | sed -u 's/"//g' | stamp) 2> "$work/rival.err" &
      ;;
    chokidar)
      node -e 'const [dir, ignored] = process.argv.slice(1);
        require("chokidar").watch(dir, { ignoreInitial: true, ignored: ignored || undefined })
          .on("all", (e, p) => console.log(p)).on("ready", () => console.error("ready"))' \
        "$directory" ${ignored:+"$ignored"} > >(stamp) 2> "$work/rival.err" &
      ;;
  esac
  rival_pid=$!
  rival_rss_pid=$rival_pid
  [ "$name" != watchman ] || rival_rss_pid=$(cat "$work/wm.pid")
  await_rival "$name" "$directory"
}

await_rival() {
  local tries
  for tries in $(seq 2400); do
    case $1 in
      inotifywait) ! grep -q 'Watches established' "$work/rival.err" || return 0 ;;
      chokidar) ! grep -q '^ready' "$work/rival.err" || return 0 ;;
      watchman) ! grep -q 'subscribe$' "$work/rival" || ! grep -q 'crawl complete' "$work/wm.log" || return 0 ;;
      # It does not say: the first change that it tells shows it.
      fswatch)
        touch "$2/probe-$((tries % 50))"
        [ ! -s "$work/rival" ] || return 0
        ;;
    esac
    kill -0 "$rival_pid" 2> /dev/null || return 1
    sleep 0.05
  done
  return 1
}

end_rival() {
  [ -n "$rival_pid" ] || return 0
  [ ! -e "$work/wm.pid" ] || own_watchman shutdown-server > /dev/null 2>&1 || true
  kill "$rival_pid" 2> /dev/null || true
  wait "$rival_pid" 2> /dev/null || true
  rival_pid=
}
