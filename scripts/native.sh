# shellcheck shell=bash
# shellcheck disable=SC2034 # its variables are for the scripts that source it
# Sourced by the scripts beside it: finds the repository, and builds the native binary where it is older than its sources.
# Sets: root, binary. Functions: say, fail, need_sdk, install_packages, copy_sources, product_version, publish_native,
# temporary_project, start_daemon, start_webhook, stop_daemon, webhook_port, rss_kb.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
rid=linux-x64
case "$(uname -s)-$(uname -m)" in
  Linux-aarch64) rid=linux-arm64 ;;
  Darwin-arm64) rid=osx-arm64 ;;
  Darwin-x86_64) rid=osx-x64 ;;
  MINGW*-aarch64 | MSYS*-aarch64 | MINGW*-arm64) rid=win-arm64 ;;
  MINGW* | MSYS*) rid=win-x64 ;;
esac
binary="$root/artifacts/$rid/aiwg-daemon"
case "$rid" in win-*) binary="$binary.exe" ;; esac
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

say() { printf '==> %s\n' "$*" >&2; }

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$1" >&2
  exit 1
}

# explain FIRST,LAST ARGUMENT...: where help is asked for, prints those lines of the script's own head and ends.
explain() {
  case "${2-}" in
    -h | --help)
      sed -n "${1}s/^# \{0,1\}//p" "${BASH_SOURCE[1]}"
      exit ;;
  esac
}

need_sdk() {
  command -v dotnet > /dev/null || fail "the .NET SDK 10 is needed: install it from https://dot.net and put 'dotnet' on PATH"
  dotnet --list-sdks | grep -q '^1[0-9]\.' || fail "the .NET SDK 10 or later is needed, found: $(dotnet --version)"
}

# The native linker needs a C compiler and zlib's development files; nothing else of the system.
need_linker() {
  # Windows has its own, which the SDK finds and names if need be.
  case "$rid" in win-*) return ;; esac
  local missing=()
  command -v clang > /dev/null || command -v gcc > /dev/null || missing+=(clang)
  [ "$(uname -s)" != Linux ] || [ -e /usr/include/zlib.h ] || missing+=(zlib1g-dev)
  [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
}

# Debian's packages for the native build: installed where that is possible without a question, else named with the cure.
install_packages() {
  local cure="install them, on Debian or Ubuntu: apt-get install $*" sudo=
  command -v apt-get > /dev/null || fail "the native build needs $*: $cure"
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2> /dev/null || fail "the native build needs $*: $cure"
    sudo=sudo
  fi
  say "Installing what the native build needs: $*"
  { $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq "$@"; } > /dev/null \
    || fail "$* could not be installed; $cure"
}

# copy_sources DIR: what git knows of the sources, and nothing else, so that what obj/ holds of other builds has no part in
# a release. Sets commit; empty outside of a checkout.
copy_sources() {
  local files=(src nuget.config LICENSE README.md .editorconfig)
  commit=
  if git -C "$root" rev-parse --verify -q HEAD > /dev/null; then
    commit=$(git -C "$root" rev-parse HEAD)
    [ -z "$(git -C "$root" status --porcelain -- src)" ] || say "src/ has changes that are not in ${commit:0:12}: this build is not that commit"
    (cd "$root" && git ls-files -co --exclude-standard -z -- "${files[@]}" | while IFS= read -r -d '' file; do
      if [ -f "$file" ]; then printf '%s\0' "$file"; fi
    done | tar -cf - --null -T -) | tar -xf - -C "$1"
  else
    for file in "${files[@]}"; do
      [ ! -e "$root/$file" ] || (cd "$root" && tar -cf - --exclude=bin --exclude=obj "$file") | tar -xf - -C "$1"
    done
  fi
}

# The version of the sources, unless VERSION names another.
product_version() { printf '%s' "${VERSION:-$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' "$root/src/Directory.Build.props")}"; }

# Up to date where nothing that it is made of is newer.
is_current() {
  [ -x "$binary" ] && [ -z "$(find "$root/src" -newer "$binary" -type f \
    \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.yml' -o -name '*.json' \
    -o -name '*.targets' -o -name '*.xml' -o -name '*.order' \) -not -path '*/obj/*' -not -path '*/bin/*' -print -quit)" ]
}

# AIWG_DAEMON_BINARY names a program that is there already, and that is used instead.
publish_native() {
  if [ -n "${AIWG_DAEMON_BINARY-}" ]; then
    [ -x "$AIWG_DAEMON_BINARY" ] || fail "AIWG_DAEMON_BINARY names $AIWG_DAEMON_BINARY, which is no program"
    binary=$AIWG_DAEMON_BINARY
    return
  fi
  if is_current; then
    say "Native binary is up to date: ${binary#"$root/"}"
    return
  fi
  need_sdk
  need_linker
  say "Publishing the native binary to ${binary#"$root/"} (a minute or two)"
  local compiler=
  # The toolchain looks for clang unless told otherwise.
  [ "$(uname -s)" != Linux ] || command -v clang > /dev/null || compiler=-p:CppCompilerAndLinker=gcc
  dotnet publish "$root/src/AiwgDaemon" -c Release -r "$rid" -o "$(dirname "$binary")" -v quiet ${compiler:+"$compiler"} \
    || fail "the native binary could not be built; the messages above say why"
  touch "$binary"
}

# temporary_project NAME: sets work, a new temporary directory, and project, an empty project in it. Whatever way the script
# ends, its daemon is ended and work removed then; a function also_end is called first.
temporary_project() {
  work=$(mktemp -d "${TMPDIR:-/tmp}/aiwg-$1-XXXXXX")
  project=$work/project
  mkdir -p "$project/.aiwg"
  trap end_project EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

end_project() {
  ! declare -F also_end > /dev/null || also_end || true
  [ ! -d "$project" ] || "$binary" stop --project "$project" > /dev/null 2>&1 || true
  rm -rf "$work"
}

# Sets daemon_pid.
start_daemon() {
  "$binary" start --project "$project" > "$work/start.out" 2>&1 || fail "the daemon did not start: $(cat "$work/start.out")"
  daemon_pid=$(cat "$project/.aiwg/daemon.pid")
}

# start_webhook VARIABLE: a daemon with nothing but an endpoint /ci, signed as GitHub does with the secret in that variable,
# on a free port and without a limit of requests. Sets daemon_pid and port.
start_webhook() {
  cat > "$project/.aiwg/daemon.yaml" <<YAML
watch: { enabled: false }
webhook:
  enabled: true
  port: 0
  secret_env: $1
  rate_limit_per_minute: 0
  endpoints: [{ path: /ci, signature: github }]
YAML
  start_daemon
  port=$(webhook_port)
}

stop_daemon() { [ ! -e "$project/.aiwg/daemon.pid" ] || "$binary" stop --project "$project" > /dev/null; }

# The port that a webhook with port 0 has got.
webhook_port() { "$binary" status --json --project "$project" | grep -A 4 '"webhook"' | sed -n 's/.*"port": *\([0-9]*\).*/\1/p'; }

rss_kb() { awk '$1 == "VmRSS:" { print $2 }' "/proc/$1/status"; }
