#!/usr/bin/env bash
# Measures verified, durable webhooks on the native binary: GitHub signature, 64 connections on loopback, each event on
# the disk before its 202. Prints requests a second, latencies and memory.
#   measure-webhook.sh [SECONDS]   (10)
# CONNECTIONS=64. Needs wrk, curl and openssl; Linux only.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"

seconds=${1:-10}
connections=${CONNECTIONS:-64}
for tool in wrk openssl curl; do
  command -v "$tool" > /dev/null || fail "$tool is needed: apt-get install $tool"
done
publish_native
temporary_project webhook
export AIWG_MEASURE_SECRET=measure
cat > "$project/.aiwg/daemon.yaml" <<'YAML'
watch: { enabled: false }
webhook:
  enabled: true
  port: 0
  secret_env: AIWG_MEASURE_SECRET
  rate_limit_per_minute: 0
  endpoints: [{ path: /ci, signature: github }]
YAML
start_daemon
port=$(webhook_port)
before=$(rss_kb "$daemon_pid")

body='{"ref":"refs/heads/main","after":"0123456789abcdef0123456789abcdef01234567","repository":{"full_name":"octo/demo"}}'
signature=$(printf %s "$body" | openssl dgst -sha256 -hmac "$AIWG_MEASURE_SECRET" | sed 's/.* //')
cat > "$work/load.lua" <<LUA
wrk.method, wrk.body = "POST", '$body'
wrk.headers["Content-Type"] = "application/json"
wrk.headers["X-Hub-Signature-256"] = "sha256=$signature"
local threads = {}
function setup(thread) thread:set("refused", 0); table.insert(threads, thread) end
function response(status) if status ~= 202 then refused = refused + 1 end end
function done(summary, latency)
  local refused = 0
  for _, thread in ipairs(threads) do refused = refused + thread:get("refused") end
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("result %d %.0f %.1f %.1f %d\n", summary.requests, summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, refused + errors))
end
LUA
say "$connections connections for $seconds s on 127.0.0.1:$port"
read -r _ requests rate median p99 failed < <(timeout $((seconds + 30)) wrk -t2 -c"$connections" -d"${seconds}s" -s "$work/load.lua" "http://127.0.0.1:$port/ci" | grep '^result')
printf 'accepted (202)      %s, %s a second\n' "$((requests - failed))" "$rate"
printf 'refused or failed   %s\n' "$failed"
printf 'latency             median %s ms, 99 %% within %s ms\n' "$median" "$p99"
printf 'in the journal      %s\n' "$(cat "$project"/.aiwg/daemon/events/*-*-*.jsonl | grep -c '"webhook.received"')"
printf 'RSS                 %s kB before, %s kB after\n' "$before" "$(rss_kb "$daemon_pid")"
[ "$failed" -eq 0 ] || fail "some requests were not answered with 202; see above"
