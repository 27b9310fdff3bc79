#!/usr/bin/env bash
# Coverage-guided fuzzing of what reads foreign bytes: fuzz.sh [TARGET...] [--seconds N]
# With SharpFuzz and AFL++ (Debian: afl++), from the kept examples in tests/AiwgDaemon.Tests/Corpus, N seconds (60) each target:
# cron, glob, gitignore, configuration, jsonrpc, journal, ledger, deadletter, signature, state. What crashes a reader is left in
# artifacts/fuzz, to be mended and added to the examples; exits non-zero where there is any.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"

seconds=60
targets=()
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help)
      sed -n '2,6s/^# //p' "${BASH_SOURCE[0]}"
      exit 0 ;;
    --seconds)
      [[ "${2:-}" =~ ^[1-9][0-9]*$ ]] || fail "--seconds needs a number greater than 0"
      seconds=$2
      shift 2 ;;
    *)
      [ -d "$root/tests/AiwgDaemon.Tests/Corpus/$1" ] || fail "$1 is no target; they are: $(cd "$root/tests/AiwgDaemon.Tests/Corpus" && printf '%s ' */ | tr -d /)"
      targets+=("$1")
      shift ;;
  esac
done
[ ${#targets[@]} -gt 0 ] || targets=(cron glob gitignore configuration jsonrpc journal ledger deadletter signature state)
need_sdk
command -v afl-fuzz > /dev/null || install_packages afl++

work=$(mktemp -d "${TMPDIR:-/tmp}/aiwg-fuzz-XXXXXX")
trap 'rm -rf "$work"' EXIT
say "Building and instrumenting"
dotnet build "$root/src/AiwgDaemon" -v quiet >&2 || fail "the build failed; the messages above say where"
version() { sed -n "s/.*Include=\"$1\" Version=\"\([^\"]*\)\".*/\1/p" "$root/src/Directory.Packages.props"; }
# The name of the tests, to which the internals are open.
cat > "$work/Fuzz.csproj" << XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <AssemblyName>AiwgDaemon.Tests</AssemblyName>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
  </PropertyGroup>
  <ItemGroup>
    <FrameworkReference Include="Microsoft.AspNetCore.App" />
    <Reference Include="$root/src/AiwgDaemon/bin/Debug/net10.0/aiwg-daemon.dll" />
    <PackageReference Include="SharpFuzz" Version="2.3.0" />
    <PackageReference Include="Shouldly" Version="$(version Shouldly)" />
    <PackageReference Include="YamlDotNet" Version="$(version YamlDotNet)" />
    <PackageReference Include="System.CommandLine" Version="$(version System.CommandLine)" />
    <Compile Include="$root/tests/AiwgDaemon.Tests/Corpus/FuzzTargets.cs;$root/tests/AiwgDaemon.Tests/Control/TestHandlers.cs" />
    <Using Include="Shouldly" />
  </ItemGroup>
</Project>
XML
cat > "$work/Program.cs" << 'CS'
var target = AiwgDaemon.Tests.Corpus.FuzzTargets.All[args[0]];
SharpFuzz.Fuzzer.OutOfProcess.Run(stream =>
{
    using var input = new MemoryStream();
    stream.CopyTo(input);
    target(input.ToArray());
});
CS
dotnet build "$work/Fuzz.csproj" -c Release -v quiet -o "$work/bin" >&2 || fail "the fuzzer could not be built; the messages above say why"
dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$work/tool" > "$work/tool.log" 2>&1 || { cat "$work/tool.log" >&2; fail "SharpFuzz could not be installed"; }
"$work/tool/sharpfuzz" "$work/bin/aiwg-daemon.dll" AiwgDaemon.Globs AiwgDaemon.Sources.Cron AiwgDaemon.Bus AiwgDaemon.State AiwgDaemon.Control AiwgDaemon.Sources.Webhook AiwgDaemon.Config AiwgDaemon.Cli

export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1
found=0
printf '%-15s %12s %10s %10s %8s\n' target executions examples edges crashes
for target in "${targets[@]}"; do
  (cd "$work/bin" && afl-fuzz -i "$root/tests/AiwgDaemon.Tests/Corpus/$target" -o "$work/$target" -t 5000 -m none -V "$seconds" \
    -- dotnet AiwgDaemon.Tests.dll "$target") > "$work/$target.log" 2>&1 || { tail -20 "$work/$target.log" >&2; fail "afl-fuzz could not run"; }
  figure() { sed -n "s/^$1 *: //p" "$work/$target/default/fuzzer_stats"; }
  crashes=$(figure saved_crashes)
  printf '%-15s %12s %10s %10s %8s\n' "$target" "$(figure execs_done)" "$(figure corpus_count)" "$(figure edges_found)" "$crashes"
  [ "$crashes" -eq 0 ] && continue
  found=1
  mkdir -p "$root/artifacts/fuzz/$target"
  cp "$work/$target"/default/crashes/id* "$root/artifacts/fuzz/$target/"
done
[ "$found" -eq 0 ] || fail "a reader crashed; the inputs are in artifacts/fuzz"
