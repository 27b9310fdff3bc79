#!/bin/sh
# scripts/bench.sh micro [FILTER] - the in-process benchmarks beside the rivals' packages; writes the tables into
# tests/AiwgDaemon.Benchmarks/RESULTS.md. Short jobs in one process: good to about 10 % on a quiet machine.
# scripts/bench.sh actions [RUNS] - how actions start on the native binary, beside a bare posix_spawn (measure-actions.sh).
set -eu
cd "$(dirname "$0")/.."
case "${1:-}" in
  micro) ;;
  actions) shift; exec scripts/measure-actions.sh "$@" ;;
  *) echo "usage: scripts/bench.sh micro [FILTER] | actions [RUNS]" >&2; exit 2 ;;
esac
project=tests/AiwgDaemon.Benchmarks
artifacts=$(mktemp -d)
trap 'rm -rf "$artifacts"' EXIT INT TERM
dotnet build -c Release "$project" -v quiet
dotnet "$project/bin/Release/net10.0/AiwgDaemon.Benchmarks.dll" --filter "${2:-*}" --exporters github --artifacts "$artifacts"
{
  # shellcheck disable=SC2016 # the backquotes are Markdown's
  printf '# In-process benchmarks\n\nWritten by `scripts/bench.sh micro` on %s.\n' "$(date -u +%Y-%m-%dT%H:%MZ)"
  printf 'In-process toolchain, short job; Ratio is to ours (a rival at 2.00 takes twice our time).\n\nPackages: '
  grep -E '"(BenchmarkDotNet|Cronos|NCrontab|Quartz|Serilog|Serilog.Sinks.File)"' src/Directory.Packages.props |
    sed -E 's/.*Include="([^"]*)" Version="([^"]*)".*/\1 \2/' | paste -sd, - | sed 's/,/, /g'
  for table in "$artifacts"/results/*-github.md; do
    printf '\n'
    cat "$table"
  done
} > "$artifacts/RESULTS.md"
mv "$artifacts/RESULTS.md" "$project/RESULTS.md"
