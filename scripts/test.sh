#!/usr/bin/env bash
# Every check and test: lint, types, the floors rule, unit, integration and end-to-end. Installs what it needs.
# The last line is `N passed, N failed`. With --unit, only what needs no engine and no root.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
. scripts/prepare.sh

only_unit=false
[ "${1:-}" = --unit ] && only_unit=true
passed=0
failed=0
results=$(mktemp -d)
trap 'rm -rf "$results"; hand_over' EXIT

# One check that passes or fails as a whole.
check() {
  local name=$1
  shift
  say ""
  say "== $name"
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); say "FAILED: $name"; fi
}

# linted <pattern> <linter>: over all files of the repository.
linted() {
  local files
  mapfile -d '' files < <(git ls-files -z --cached --others --exclude-standard -- "$1")
  [ "${#files[@]}" -gt 0 ] && "$2" "${files[@]}"
}

# A vitest project: its tests are counted one by one. A file that cannot be loaded, and a skipped test, count as failed.
tests() {
  say ""
  say "== $1 tests"
  npx vitest run --project "$1" --reporter=default --reporter=json --outputFile.json="$results/$1.json" >&2 || true
  local counts
  counts=$(node -e '
    const report = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    const unloaded = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed")).length;
    const notRun = report.numPendingTests + report.numTodoTests;
    console.log(report.numPassedTests, report.numFailedTests + unloaded + notRun);
  ' "$results/$1.json") || counts="0 1"
  read -r p f <<<"$counts"
  [ "$p" = 0 ] && [ "$f" = 0 ] && f=1
  passed=$((passed + p))
  failed=$((failed + f))
}

finish() {
  say ""
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
  exit
}

need_node
npm_packages || { failed=1; finish; }
build_cli || { failed=1; finish; }
need_groups unit lint || { failed=1; finish; }

check "types" npx tsc --noEmit -p tsconfig.json
check "lint, with the floors rule" npx eslint . --max-warnings 0
check "format" npx prettier --check --log-level warn .
check "unused files, exports and dependencies" npx knip
check "shell scripts" linted '*.sh' shellcheck
check "Python" linted '*.py' pyflakes3
tests unit

if ! $only_unit; then
  check "programs of integration and end-to-end tests" need_groups integration e2e
  check "a Docker Engine to test on (else: scripts/test.sh --unit)" scripts/engine.sh
  if scripts/engine.sh 2>/dev/null; then
    tests integration
    tests e2e
  fi
fi
finish
