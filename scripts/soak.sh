#!/usr/bin/env bash
# An everyday load for a long time: soak.sh [MINUTES]
# Runs the published native binary for MINUTES (60 where not said) with files that come, change and go, manual events, signed
# webhooks, a cron job each minute, actions, log rotation, reloads and clients that follow; looks at it every 10 seconds, and
# ends with a table: memory, descriptors, threads, wake-ups; events accepted, delivered, lost, doubled. Exits non-zero where
# resident memory grew by more than 2 MiB after the warm-up, or an event was lost or doubled. Linux only.
# All samples are in artifacts/soak/samples.csv afterwards.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"

case "${1-}" in
  -h | --help)
    sed -n '2,7s/^# //p' "${BASH_SOURCE[0]}"
    exit 0 ;;
esac
minutes=${1-60}
[[ "$minutes" =~ ^[0-9]+(\.[0-9]+)?$ ]] || fail "'$minutes' is no number of minutes; usage: soak.sh [MINUTES]"

need_sdk
publish_native
# Copies, so that whoever goes on building does not disturb an hour's run.
work=$(mktemp -d "${TMPDIR:-/tmp}/aiwg-soak-XXXXXX")
trap 'rm -rf "$work"' EXIT
say "Building the laboratory"
dotnet build "$root/tests/AiwgDaemon.EndToEnd" -v quiet -o "$work/tests" >&2 || fail "the build failed; the messages above say where"
cp "$binary" "$work/"
mkdir -p "$root/artifacts/soak"
report="$root/artifacts/soak/report.txt"
rm -f "$report"
say "Under load for $minutes minutes"
status=0
AIWG_DAEMON_BINARY="$work/$(basename "$binary")" AIWG_SOAK_MINUTES=$minutes AIWG_SOAK_REPORT=$report AIWG_SOAK_SAMPLES="$root/artifacts/soak/samples.csv" \
  dotnet test "$work/tests/AiwgDaemon.EndToEnd.dll" --logger "console;verbosity=minimal" --filter "FullyQualifiedName~Faults.SoakTests" > "$work/log" 2>&1 || status=$?
[ ! -s "$report" ] || cat "$report"
[ "$status" -eq 0 ] || sed -n '1,40p' "$work/log" >&2
exit "$status"
