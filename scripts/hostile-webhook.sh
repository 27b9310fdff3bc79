#!/usr/bin/env bash
# Sends a webhook of the native binary what it must survive, all at once, on loopback: headers and bodies that come byte by
# byte, bodies of 200 MB, heads and bodies that never end, garbage, forged signatures, foreign host names, 2,000 idle
# connections. Meanwhile a signed request every 50 ms must be accepted. Fails where one is not, where anything unsigned was,
# or where memory grew by more than 10 MB at any moment or did not come back.
#   hostile-webhook.sh [SECONDS [KIND...]]   (300, all kinds)
# Needs python3 (standard library only) and some 5,000 file descriptors; Linux only.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"
explain 2,7 "$@"

seconds=${1:-300}
shift $(($# > 0 ? 1 : 0))
command -v python3 > /dev/null || fail "python3 is needed: apt-get install python3"
ulimit -n "$(ulimit -Hn)" 2> /dev/null || true
[ "$(ulimit -n)" = unlimited ] || [ "$(ulimit -n)" -ge 5000 ] || fail "5,000 file descriptors are needed; raise the limit with ulimit -n"
publish_native
temporary_project hostile
export AIWG_HOSTILE_SECRET=hostile
start_webhook AIWG_HOSTILE_SECRET
say "Hostile clients for $seconds s on 127.0.0.1:$port"
python3 "$root/scripts/hostile-webhook.py" "$port" "$daemon_pid" "$seconds" "$project/.aiwg/daemon/events" "$@"
