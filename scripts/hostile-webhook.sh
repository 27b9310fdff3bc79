#!/usr/bin/env bash
# Sends a webhook of the native binary what it must survive, all at once, on loopback: headers and bodies that come byte by
# byte, bodies of 200 MB, garbage, forged signatures, foreign host names, 2,000 idle connections. Meanwhile a signed request every
# 50 ms must be accepted. Fails where one is not, where anything unsigned was, or where memory grew by more than 10 MB for good.
#   hostile-webhook.sh [SECONDS]   (300)
# Needs python3 (standard library only) and some 5,000 file descriptors; Linux only.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"

seconds=${1:-300}
command -v python3 > /dev/null || fail "python3 is needed: apt-get install python3"
ulimit -n "$(ulimit -Hn)" 2> /dev/null || true
[ "$(ulimit -n)" = unlimited ] || [ "$(ulimit -n)" -ge 5000 ] || fail "5,000 file descriptors are needed; raise the limit with ulimit -n"
publish_native
project=$(mktemp -d "${TMPDIR:-/tmp}/aiwg-hostile-XXXXXX")
cleanup() {
  "$binary" stop --project "$project" > /dev/null 2>&1 || true
  rm -rf "$project"
}
trap cleanup EXIT
export AIWG_HOSTILE_SECRET=hostile
mkdir -p "$project/.aiwg"
cat > "$project/.aiwg/daemon.yaml" <<'YAML'
watch: { enabled: false }
webhook:
  enabled: true
  port: 0
  secret_env: AIWG_HOSTILE_SECRET
  rate_limit_per_minute: 0
  endpoints: [{ path: /ci, signature: github }]
YAML
"$binary" start --project "$project" > /dev/null
port=$("$binary" status --json --project "$project" | grep -A 4 '"webhook"' | sed -n 's/.*"port": *\([0-9]*\).*/\1/p')
say "Hostile clients for $seconds s on 127.0.0.1:$port"
python3 "$root/scripts/hostile-webhook.py" "$port" "$(cat "$project/.aiwg/daemon.pid")" "$seconds" "$project/.aiwg/daemon/events"
