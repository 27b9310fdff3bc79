#!/bin/sh
# Feeds mutated configuration files to the loader for a while (default 600 seconds) and fails on the first one that
# crashes it, takes longer than a second or allocates more than 100 MB. Prints the seed that reproduces it.
# usage: scripts/fuzz-config.sh [SECONDS]
set -eu
cd "$(dirname "$0")/.."
AIWG_FUZZ_SECONDS="${1:-600}" exec dotnet test tests/AiwgDaemon.Tests -c Release --filter "FullyQualifiedName~Config.FuzzTests"
