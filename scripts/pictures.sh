#!/usr/bin/env bash
# Draws the picture of the README from a real session of the native binary: .github/docs/img/session.svg. Needs python3.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/native.sh"
explain 2,2 "$@"

command -v python3 > /dev/null || fail "python3 is needed; apt-get install python3"
publish_native
temporary_project pictures
mkdir "$work/bin" "$work/shop"
ln -s "$binary" "$work/bin/aiwg-daemon"
project=$work/shop
mkdir -p "$project/.aiwg" "$project/src"
cat > "$project/.aiwg/daemon.yaml" <<'YAML'
watch: { paths: ["src/"] }
actions:
  test: { type: shell, command: "sh src/check.sh" }
rules:
  - { id: test-on-save, event: { source: watch, path_pattern: "src/**" }, action: test }
YAML
mkdir -p "$root/.github/docs/img"
(cd "$project" && PATH="$work/bin:$PATH" python3 "$root/scripts/pictures.py" "$root/.github/docs/img/session.svg")
say "Done: .github/docs/img/session.svg"
