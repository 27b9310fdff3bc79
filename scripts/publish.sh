#!/usr/bin/env bash
# Builds what a release has for one system, from what git knows and nothing else:
#   publish.sh [RID]    RID: linux-x64, linux-arm64, osx-arm64, osx-x64, win-x64, win-arm64 (default: this machine's)
# Leaves in artifacts/release: RID/ with the program, its symbols, the manual page, completions and the SBOM (CycloneDX);
# aiwg-daemon-VERSION-RID.tar.gz of that without the symbols; SHA256SUMS. On Linux the program is fully static, OpenSSL
# included, and runs in an empty root directory, and linux-arm64 is built on x64 too (scripts/sysroot.sh). For another
# operating system it is self-contained and trimmed, not native.
# Environment: VERSION (default: that of the sources), RELEASE_DIR (default: artifacts/release), SYSROOT (what to link
# another architecture's program with; default: made of Debian's packages).
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"

host=$rid
case "${1-}" in
  -h | --help)
    sed -n '2,9s/^# \{0,1\}//p' "$0"
    exit ;;
  '') ;;
  linux-x64 | linux-arm64 | osx-arm64 | osx-x64 | win-x64 | win-arm64) rid=$1 ;;
  *) fail "$1 is no RID that is built; write linux-x64, linux-arm64, osx-arm64, osx-x64, win-x64 or win-arm64" ;;
esac
need_sdk
release=${RELEASE_DIR:-$root/artifacts/release}
version=$(product_version)
name=aiwg-daemon
case "$rid" in win-*) name=aiwg-daemon.exe ;; esac

work=$(mktemp -d "${TMPDIR:-/tmp}/aiwg-publish-XXXXXX")
trap 'rm -rf "$work"' EXIT
copy_sources "$work"

# cross_toolchain SYSROOT: clang and cmake for another architecture, with the libraries of that directory.
cross_toolchain() {
  local machine=aarch64
  case "$rid" in *-x64) machine=x86_64 ;; esac
  printf '%s\n' "set(CMAKE_SYSTEM_NAME Linux)" "set(CMAKE_SYSTEM_PROCESSOR $machine)" \
    "set(CMAKE_C_COMPILER_TARGET $machine-linux-gnu)" "set(CMAKE_SYSROOT $1)" "set(CMAKE_LIBRARY_ARCHITECTURE $machine-linux-gnu)" \
    "set(CMAKE_EXE_LINKER_FLAGS_INIT -fuse-ld=lld)" "set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)" \
    "set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)" "set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)" > "$work/cross.cmake"
  export CMAKE_TOOLCHAIN_FILE="$work/cross.cmake"
  options+=("-p:SysRoot=$1" -p:ObjCopyName=llvm-objcopy)
}

options=("-p:Version=$version" "-p:SourceRevisionId=${commit:-unknown}" -p:ContinuousIntegrationBuild=true)
openssl=
case "$rid" in
  linux-*)
    case "$host" in linux-*) ;; *) fail "$rid is built on Linux; run this there" ;; esac
    missing=()
    command -v clang > /dev/null || missing+=(clang)
    command -v ld.lld > /dev/null || missing+=(lld)
    command -v cmake > /dev/null || missing+=(cmake)
    command -v make > /dev/null || missing+=(make)
    sysroot=
    if [ "$rid" != "$host" ]; then
      command -v llvm-objcopy > /dev/null || missing+=(llvm)
    else
      [ -e /usr/include/zlib.h ] || missing+=(zlib1g-dev)
      [ -e /usr/include/openssl/ssl.h ] || missing+=(libssl-dev)
    fi
    [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
    # cmake's remarks on the toolchain's own library are not about this program, whose warnings stay errors.
    options+=(-p:StaticExecutable=true -p:LinkerFlavor=lld -p:StaticOpenSslLinking=true -p:MSBuildTreatWarningsAsErrors=false -clp:ErrorsOnly)
    export CFLAGS="-Wno-unused-value -ffile-prefix-map=$work=/_"
    if [ "$rid" != "$host" ]; then
      sysroot=${SYSROOT:-"$root/artifacts/sysroot-${rid#linux-}"}
      [ -d "$sysroot" ] || "$root/scripts/sysroot.sh" "${rid#linux-}" "$sysroot"
      cross_toolchain "$sysroot"
    fi
    openssl=$(sed -n 's/^# *define OPENSSL_VERSION_STR "\(.*\)"/\1/p' "$sysroot/usr/include/openssl/opensslv.h") ;;
  osx-* | win-*)
    case "$host" in
      "${rid%%-*}"-*) ;;
      *) options+=(-p:PublishAot=false -p:PublishTrimmed=true -p:PublishSingleFile=true --self-contained) ;;
    esac ;;
esac

say "Publishing $rid $version (${commit:0:12})"
dotnet publish "$work/src/AiwgDaemon" -c Release -r "$rid" -o "$work/out" -v quiet "${options[@]}" \
  || fail "$rid could not be built; the messages above say why"
out="$release/$rid"
rm -rf "$out"
mkdir -p "$out"
cp "$work/out/$name" "$root/LICENSE" "$out/"
[ ! -e "$work/out/aiwg-daemon.dbg" ] || cp "$work/out/aiwg-daemon.dbg" "$out/"
[ ! -d "$work/out/aiwg-daemon.dSYM" ] || cp -R "$work/out/aiwg-daemon.dSYM" "$out/"
[ ! -e "$work/out/aiwg-daemon.pdb" ] || cp "$work/out/aiwg-daemon.pdb" "$out/"

if [ -n "$openssl" ] && readelf -d "$out/$name" 2> /dev/null | grep -q NEEDED; then
  fail "the program still needs shared libraries: $(readelf -d "$out/$name" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | paste -sd' ')"
fi

say "Writing the SBOM, the manual page and completions"
dotnet run "$root/scripts/sbom.cs" -- "$work/src/AiwgDaemon/obj/project.assets.json" "$rid" "$version" "${commit:-unknown}" "$openssl" > "$out/aiwg-daemon.cdx.json" \
  || fail "the SBOM could not be written; the messages above say why"
if "$out/$name" --version > /dev/null 2>&1; then
  mkdir -p "$out/completions"
  "$out/$name" man > "$out/aiwg-daemon.1"
  "$out/$name" completions bash > "$out/completions/aiwg-daemon"
  "$out/$name" completions zsh > "$out/completions/_aiwg-daemon"
  "$out/$name" completions fish > "$out/completions/aiwg-daemon.fish"
  "$out/$name" completions pwsh > "$out/completions/aiwg-daemon.ps1"
elif [ "$rid" = "$host" ]; then
  fail "the program was built, but does not run: $("$out/$name" --version 2>&1 | tail -n 1) (a static one needs glibc 2.36 or later to be linked with)"
else
  say "The program does not run on this machine, so the manual page and completions are left out"
fi

# The same files give the same archive: sorted, of nobody, of no time.
archive="aiwg-daemon-$version-$rid.tar.gz"
uniform=()
! tar --version | grep -q GNU || uniform=(--sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner)
(cd "$out" && tar -cf - "${uniform[@]+"${uniform[@]}"}" --exclude='*.dbg' --exclude='*.dSYM' --exclude='*.pdb' -- *) | gzip -9n > "$release/$archive"
cp "$out/aiwg-daemon.cdx.json" "$release/aiwg-daemon-$version-$rid.cdx.json"
sum=(sha256sum)
command -v sha256sum > /dev/null || sum=(shasum -a 256)
(cd "$release" && "${sum[@]}" -- *.tar.gz *.cdx.json > SHA256SUMS)
say "Done: ${release#"$root/"}/$archive ($(wc -c < "$out/$name" | tr -d ' ') bytes of program)"
