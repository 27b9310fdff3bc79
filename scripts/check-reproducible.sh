#!/usr/bin/env bash
# Builds a release of the same commit twice, in two directories, and fails where the two differ by a bit:
#   check-reproducible.sh [RID [RELEASE]]
# With RELEASE, a directory that publish.sh has just made of the same commit, that is the first build.
# Needs the same SDK, compiler and linker for both, which a release's SBOM and workflow name.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"
explain 2,5 "$@"

rid=${1:-$rid}
first=${2-}
both=$(mktemp -d "${TMPDIR:-/tmp}/aiwg-reproducible-XXXXXX")
trap 'rm -rf "$both"' EXIT
[ -z "$first" ] || ln -s "$(cd "$first" && pwd)" "$both/first"
for build in first second; do
  [ ! -e "$both/$build" ] || continue
  say "The $build build"
  # A place of its own each time: a path that got into the program would show.
  mkdir -p "$both/$build-work"
  TMPDIR="$both/$build-work" RELEASE_DIR="$both/$build" "$root/scripts/publish.sh" "$rid"
done
if ! diff -r "$both/first/" "$both/second/" > "$both/differences"; then
  cat "$both/differences" >&2
  fail "the two builds of $rid differ; the lines above say in which files"
fi
say "Both builds of $rid are bit-identical:"
cat "$both/first/SHA256SUMS"
