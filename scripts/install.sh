#!/bin/sh
# Installs aiwg-daemon, after checking its sum:
#   install.sh --from DIR|URL [--prefix DIR] [--version X.Y.Z]
# DIR or URL: where a release's files are (artifacts/release of a checkout, or the address of a release's downloads).
# Installs to ~/.local (or --prefix): bin/aiwg-daemon, share/man/man1, completions for bash, zsh and fish. Doing it again
# brings it up to date. Needs tar and sha256sum or shasum, and curl or wget for a URL; no root.
set -eu

fail() { printf 'install.sh: %s\n' "$1" >&2; exit 1; }
usage() { sed -n '2,6s/^# \{0,1\}//p' "$0"; }

from=${AIWG_RELEASE-} prefix=$HOME/.local version=
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage; exit ;;
    --from | --prefix | --version) [ $# -gt 1 ] || fail "$1 needs a value; see install.sh --help" ;;
    *) fail "$1 is not known; see install.sh --help" ;;
  esac
  case "$1" in
    --from) from=$2 ;;
    --prefix) prefix=$2 ;;
    --version) version=$2 ;;
  esac
  shift 2
done
if [ -z "$from" ]; then
  # Unpacked beside a release's files, as a download of all of them is.
  here=$(cd "$(dirname "$0")" && pwd)
  if [ -e "$here/SHA256SUMS" ]; then from=$here
  elif [ -e "$here/../artifacts/release/SHA256SUMS" ]; then from=$here/../artifacts/release
  else fail "where the release is has to be said: --from DIR|URL (scripts/publish.sh makes one in artifacts/release)"
  fi
fi

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64 | Linux-amd64) rid=linux-x64 ;;
  Linux-aarch64 | Linux-arm64) rid=linux-arm64 ;;
  Darwin-arm64) rid=osx-arm64 ;;
  Darwin-x86_64) rid=osx-x64 ;;
  *) fail "there is no program for $(uname -s) on $(uname -m); on Windows use install.ps1, elsewhere 'dotnet tool install --global AiwgDaemon'" ;;
esac

work=$(mktemp -d "${TMPDIR:-/tmp}/aiwg-install-XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM

# fetch NAME: one of the release's files into $work.
fetch() {
  case "$from" in
    http://*) fail "$from is not encrypted; use https" ;;
    https://*)
      if command -v curl > /dev/null; then curl --proto '=https' --fail --silent --show-error --location --output "$work/$1" "${from%/}/$1"
      elif command -v wget > /dev/null; then wget --quiet --output-document="$work/$1" "${from%/}/$1"
      else fail "curl or wget is needed to download"
      fi || fail "${from%/}/$1 could not be downloaded" ;;
    *) [ -e "$from/$1" ] || fail "$from/$1 does not exist; name the directory of a release with --from"
      cp "$from/$1" "$work/$1" ;;
  esac
}

fetch SHA256SUMS
pattern="  aiwg-daemon-${version:-[0-9][^ ]*}-$rid\\.tar\\.gz\$"
archive=$(sed -n "/$pattern/s/^[0-9a-f]*  //p" "$work/SHA256SUMS" | tail -n 1)
[ -n "$archive" ] || fail "the release in $from has no program for $rid${version:+ of version $version}"
fetch "$archive"
if command -v sha256sum > /dev/null; then sum=$(sha256sum "$work/$archive")
elif command -v shasum > /dev/null; then sum=$(shasum -a 256 "$work/$archive")
else fail "sha256sum or shasum is needed to check the download"
fi
sum=${sum%% *}
grep -q "^$sum  $archive\$" "$work/SHA256SUMS" || fail "$archive is damaged or was changed: its sum is $sum, which SHA256SUMS does not say; nothing was installed"

mkdir "$work/files"
tar -xzf "$work/$archive" -C "$work/files"
"$work/files/aiwg-daemon" --version > /dev/null || fail "the program does not run on this machine; nothing was installed"

# put FILE TARGET MODE: in one step, also where the program is running.
put() {
  mkdir -p "$(dirname "$2")"
  cp "$1" "$2.new"
  chmod "$3" "$2.new"
  mv -f "$2.new" "$2"
  installed="$installed '$2'"
}
installed=
put "$work/files/aiwg-daemon" "$prefix/bin/aiwg-daemon" 755
if [ -e "$work/files/aiwg-daemon.1" ]; then
  put "$work/files/aiwg-daemon.1" "$prefix/share/man/man1/aiwg-daemon.1" 644
  put "$work/files/completions/aiwg-daemon" "$prefix/share/bash-completion/completions/aiwg-daemon" 644
  put "$work/files/completions/_aiwg-daemon" "$prefix/share/zsh/site-functions/_aiwg-daemon" 644
  put "$work/files/completions/aiwg-daemon.fish" "$prefix/share/fish/vendor_completions.d/aiwg-daemon.fish" 644
fi

echo "Installed $("$prefix/bin/aiwg-daemon" --version) to $prefix/bin/aiwg-daemon"
case ":$PATH:" in
  *":$prefix/bin:"*) ;;
  *) echo "$prefix/bin is not on PATH; add to your shell's profile: export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
echo "A daemon that runs already keeps the version it has; 'aiwg-daemon restart' gives it this one"
echo "To undo: rm$installed"
