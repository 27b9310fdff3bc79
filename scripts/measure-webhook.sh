#!/usr/bin/env bash
# Measures verified, durable webhooks on the native binary: GitHub signature, 64 connections on loopback, each event on
# the disk before its 202. Prints requests a second, latencies and memory.
#   measure-webhook.sh [SECONDS]   (10)
# Where Debian's webhook is installed, the same load goes to it as well, with the same signature to check; it starts /bin/true for
# each request, for it cannot take one without starting something, and keeps nothing on the disk.
# CONNECTIONS=64. Needs wrk, curl and openssl; Linux only.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"
explain 2,7 "$@"

seconds=${1:-10}
connections=${CONNECTIONS:-64}
for tool in wrk openssl curl; do
  command -v "$tool" > /dev/null || fail "$tool is needed: apt-get install $tool"
done
publish_native
temporary_project webhook
export AIWG_MEASURE_SECRET=measure
start_webhook AIWG_MEASURE_SECRET
before=$(rss_kb "$daemon_pid")

body='{"ref":"refs/heads/main","after":"0123456789abcdef0123456789abcdef01234567","repository":{"full_name":"octo/demo"}}'
signature=$(printf %s "$body" | openssl dgst -sha256 -hmac "$AIWG_MEASURE_SECRET" | sed 's/.* //')
cat > "$work/load.lua" <<LUA
wrk.method, wrk.body = "POST", '$body'
wrk.headers["Content-Type"] = "application/json"
wrk.headers["X-Hub-Signature-256"] = "sha256=$signature"
local threads = {}
function setup(thread) thread:set("refused", 0); table.insert(threads, thread) end
function response(status) if status ~= 202 and status ~= 200 then refused = refused + 1 end end
function done(summary, latency)
  local refused = 0
  for _, thread in ipairs(threads) do refused = refused + thread:get("refused") end
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("result %d %.0f %.1f %.1f %d\n", summary.requests, summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, refused + errors))
end
LUA
# load URL: requests, requests a second, median and 99th percentile in ms, failures.
load() { timeout $((seconds + 30)) wrk -t2 -c"$connections" -d"${seconds}s" -s "$work/load.lua" "$1" | sed -n 's/^result //p'; }

say "$connections connections for $seconds s on 127.0.0.1:$port"
read -r requests rate median p99 failed < <(load "http://127.0.0.1:$port/ci")
printf 'accepted (202)      %s, %s a second\n' "$((requests - failed))" "$rate"
printf 'refused or failed   %s\n' "$failed"
printf 'latency             median %s ms, 99 %% within %s ms\n' "$median" "$p99"
printf 'in the journal      %s\n' "$(cat "$project"/.aiwg/daemon/events/*-*-*.jsonl | grep -c '"webhook.received"')"
printf 'RSS                 %s kB before, %s kB after\n' "$before" "$(rss_kb "$daemon_pid")"
stop_daemon

if command -v webhook > /dev/null; then
  cat > "$work/hooks.json" <<JSON
[{ "id": "ci", "execute-command": "/bin/true", "trigger-rule": { "match":
  { "type": "payload-hmac-sha256", "secret": "$AIWG_MEASURE_SECRET", "parameter": { "source": "header", "name": "X-Hub-Signature-256" } } } }]
JSON
  other_port=${OTHER_PORT:-19086}
  webhook -hooks "$work/hooks.json" -ip 127.0.0.1 -port "$other_port" > /dev/null 2> "$work/other.err" &
  other=$!
  also_end() { kill "$other" 2> /dev/null; }
  url=http://127.0.0.1:$other_port/hooks/ci
  for _ in $(seq 100); do ! curl -s -o /dev/null "$url" || break; sleep 0.05; done
  kill -0 "$other" 2> /dev/null || fail "Debian's webhook did not start: $(tail -1 "$work/other.err")"
  code=$(curl -s -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' -H "X-Hub-Signature-256: sha256=$signature" -d "$body" "$url")
  refused=$(curl -s -o "$work/other.body" -w '%{http_code}' -H 'Content-Type: application/json' -H "X-Hub-Signature-256: sha256=${signature//[0-4]/5}" -d "$body" "$url")
  read -r other_requests other_rate other_median other_p99 other_failed < <(load "$url")
  printf "Debian's webhook    %s, %s a second; median %s ms, 99 %% within %s ms; failed: %s; answers %s, a wrong signature %s\n" \
    "$other_requests" "$other_rate" "$other_median" "$other_p99" "$other_failed" "$code" "$refused"
  printf "ratio               %s times Debian's webhook\n" "$(awk -v a="$rate" -v b="$other_rate" 'BEGIN { printf "%.2f", (b > 0 ? a / b : 0) }')"
fi
[ "$failed" -eq 0 ] || fail "some requests were not answered with 202; see above"
