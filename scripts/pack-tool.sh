#!/usr/bin/env bash
# Packs the dotnet tool into artifacts/tool:
#   pack-tool.sh [RID]      the native package for one system (default: this machine's)
#   pack-tool.sh --pointer  the package that people install, which names those for each system, and the one for any other
#   pack-tool.sh --check    both for this machine; then installs the tool from that folder into a temporary directory and
#                           runs the main job with it
# Environment: VERSION (default: that of the sources). Push the pointer last.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"

case "${1-}" in
  -h | --help)
    sed -n '2,7s/^# \{0,1\}//p' "$0"
    exit ;;
  --pointer | --check) what=$1 ;;
  '') what=$rid ;;
  linux-x64 | linux-arm64 | osx-arm64 | osx-x64 | win-x64 | win-arm64) what=$1 ;;
  *) fail "$1 is no RID that is packed; write linux-x64, linux-arm64, osx-arm64, osx-x64, win-x64 or win-arm64, --pointer or --check" ;;
esac
need_sdk
need_linker
version=$(product_version)
out="$root/artifacts/tool"
work=$(mktemp -d "${TMPDIR:-/tmp}/aiwg-pack-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$out" "$work/source"
copy_sources "$work/source"
# Symbols are in the release, a tool has no use for them.
options=(-c Release -o "$out" -v quiet -p:PackAsTool=true -p:CopyOutputSymbolsToPublishDirectory=false "-p:Version=$version" "-p:SourceRevisionId=${commit:-unknown}" -p:ContinuousIntegrationBuild=true)
systems='-p:ToolPackageRuntimeIdentifiers="linux-x64;linux-arm64;osx-arm64;osx-x64;win-x64;win-arm64;any"'

pack() {
  say "Packing the tool: $1"
  shift
  dotnet pack "$work/source/src/AiwgDaemon" "${options[@]}" "$systems" "$@" || fail "the package could not be made; the messages above say why"
}

pack_native() {
  local compiler=()
  command -v clang > /dev/null || [ "$(uname -s)" != Linux ] || compiler=(-p:CppCompilerAndLinker=gcc)
  pack "native for $1" -r "$1" "${compiler[@]+"${compiler[@]}"}"
}

pack_pointer() {
  # For systems without a native package: needs the .NET runtime there.
  pack "for any system" -r any -p:PublishAot=false
  pack "pointer"
}

case "$what" in
  --pointer) pack_pointer ;;
  --check) pack_native "$rid" && pack_pointer ;;
  *) pack_native "$what" ;;
esac
(cd "$out" && ls -- *.nupkg) >&2
[ "$what" = --check ] || exit 0

say "Installing it from that folder"
# A packages folder of its own: nothing of an earlier installation of the same version is reused.
export NUGET_PACKAGES="$work/packages"
dotnet tool install AiwgDaemon --tool-path "$work/tool" --add-source "$out" --version "$version" > "$work/install.log" 2>&1 \
  || { cat "$work/install.log" >&2; fail "the packed tool cannot be installed"; }
say "Running the main job with it: $("$work/tool/aiwg-daemon" --version)"
AIWG_DAEMON_BINARY="$work/tool/aiwg-daemon" "$root/scripts/run.sh" || fail "the installed tool does not do the main job"
