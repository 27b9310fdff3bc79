#!/usr/bin/env bash
# Unpacks what the linker needs of another architecture's Debian (C library, compiler runtime, zlib, OpenSSL) into a
# directory, without root and without a change to this machine; the packages are checked against apt's keys:
#   sysroot.sh arm64|x64 DIR
# Takes apt's own sources. Ubuntu has arm64 elsewhere than amd64 (ports.ubuntu.com): build on an arm64 machine there.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"

case "${1-}" in
  arm64) architecture=arm64 ;;
  x64) architecture=amd64 ;;
  *) fail "write: sysroot.sh arm64|x64 DIR" ;;
esac
target=${2:?write: sysroot.sh arm64|x64 DIR}
command -v apt-get > /dev/null || fail "a sysroot is made of Debian's packages: apt-get is needed"
work=$(mktemp -d "${TMPDIR:-/tmp}/aiwg-sysroot-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/packages"
: > "$work/status"
# apt's sources and keys, and lists, state and cache of its own.
printf '%s\n' "APT::Architecture \"$architecture\";" '#clear APT::Architectures;' "APT::Architectures { \"$architecture\"; };" \
  "Dir::State::lists \"$work/lists\";" "Dir::State::status \"$work/status\";" "Dir::Cache \"$work\";" \
  'APT::Sandbox::User "";' > "$work/apt.conf"
export APT_CONFIG="$work/apt.conf"

say "Fetching the $architecture sysroot"
apt-get update -qq > "$work/log" 2>&1 || { cat "$work/log" >&2; fail "apt has no lists of $architecture packages; name a source that has"; }
gcc=$(apt-cache depends gcc | sed -n 's/^ *Depends: gcc-\([0-9]*\)$/\1/p' | head -n 1)
(cd "$work/packages" && apt-get download -qq libc6 libc6-dev libcrypt-dev linux-libc-dev libgcc-s1 "libgcc-$gcc-dev" zlib1g zlib1g-dev libssl-dev) > "$work/log" 2>&1 \
  || { cat "$work/log" >&2; fail "the $architecture packages could not be fetched; the lines above say why"; }
mkdir -p "$work/root"
for package in "$work"/packages/*.deb; do dpkg-deb -x "$package" "$work/root"; done
mkdir -p "$(dirname "$target")"
rm -rf "$target"
mv "$work/root" "$target"
