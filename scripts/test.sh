#!/usr/bin/env bash
# Runs every check and test: types, lint, the floors rule, unit, integration and end-to-end. Installs what it needs.
# The last line is `N passed, N failed`. With --unit, runs only what needs neither an engine nor root.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
. scripts/prepare.sh

only_unit=false
[ "${1:-}" = --unit ] && only_unit=true
passed=0
failed=0
failures=()
results=$(mktemp -d)
# All temporary files of this run go to one folder, which must be empty at the end. Its name is short because the paths
# of sockets in it are limited; it also marks the processes of the run.
folder=$(mktemp -d "${TMPDIR:-/tmp}/ct-XXXXXX")
chmod 1777 "$folder"
trap 'rm -rf "$results" "$folder"; hand_over' EXIT

# One check that passes or fails as a whole.
check() {
  local name=$1
  shift
  say ""
  say "== $name"
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)) failures+=("$name"); say "FAILED: $name"; fi
}

# beside <name> <command...>: starts a check that only reads, next to others; `join_checks` judges them in their order.
# They get the time that others leave: integration tests mostly wait.
beside_names=()
beside_jobs=()
beside() {
  (renice -n 19 -p "$BASHPID" >/dev/null && "${@:2}") >"$results/beside-${#beside_names[@]}" 2>&1 &
  beside_jobs+=("$!")
  beside_names+=("$1")
}
join_checks() {
  local at
  for at in "${!beside_names[@]}"; do check "${beside_names[at]}" outcome_of "$at"; done
}
outcome_of() {
  local code=0
  wait "${beside_jobs[$1]}" || code=$?
  cat "$results/beside-$1" >&2
  return "$code"
}

# linted <pattern> <linter>: over all files of the repository.
linted() {
  local files
  mapfile -d '' files < <(git ls-files -z --cached --others --exclude-standard -- "$1")
  [ "${#files[@]}" -gt 0 ] && "$2" "${files[@]}"
}

# Runs a vitest project and counts its tests.
tests() {
  say ""
  say "== $1 tests"
  run_tests "$1" >&2
  count_tests "$1"
}
run_tests() {
  npx vitest run --project "$1" --reporter=default --reporter=json --outputFile.json="$results/$1.json" 2>&1 || true
}
# A file that cannot be loaded and a skipped test count as failed.
count_tests() {
  local counts names
  counts=$(node -e '
    const report = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    const unloaded = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed")).length;
    const notRun = report.numPendingTests + report.numTodoTests;
    console.log(report.numPassedTests, report.numFailedTests + unloaded + notRun);
  ' "$results/$1.json") || counts="0 1"
  mapfile -t names < <(node scripts/failed-tests.mjs "$results/$1.json")
  failures+=("${names[@]}")
  read -r p f <<<"$counts"
  [ "$p" = 0 ] && [ "$f" = 0 ] && f=1
  passed=$((passed + p))
  failed=$((failed + f))
}

# leftovers before|after: records the state of this machine, or reports what the run added to it.
leftovers() {
  env -u COLLAB_TEST_RUN TMPDIR="$results" node --import tsx scripts/leftovers.ts "$1" "$folder" "$results/$2.json"
}
# Tries again, because processes take a moment to end.
nothing_left() {
  for _ in 1 2 3 4 5; do leftovers after "$1" 2>/dev/null && return; sleep 1; done
  leftovers after "$1"
}

# Names what failed next to the result, because the output above it is long.
finish() {
  say ""
  [ "${#failures[@]}" = 0 ] || printf 'failed: %s\n' "${failures[@]}"
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
  exit
}

need_node
npm_packages || { failed=1; finish; }
build_cli || { failed=1; finish; }
need_groups unit lint || { failed=1; finish; }

export TMPDIR="$folder" COLLAB_TEST_RUN="$folder"
# Keeps eslint and knip from caching their compiled configuration in the temporary folder.
export JITI_FS_CACHE=false
start_checks() {
  beside "types" npx tsc --noEmit -p tsconfig.json
  beside "lint, with the floors rule" npx eslint . --max-warnings 0
  beside "format" npx prettier --check --log-level warn .
  beside "unused files, exports and dependencies" npx knip
  beside "shell scripts" linted '*.sh' shellcheck
  beside "shell completion" linted '*.bash' shellcheck
  beside "Python" linted '*.py' pyflakes3
}

leftovers before checks
if $only_unit; then
  start_checks
  join_checks
fi
tests unit
check "nothing is left behind by unit tests" nothing_left checks

if ! $only_unit; then
  check "programs of integration and end-to-end tests" need_groups integration e2e
  check "a Docker Engine (without one, use scripts/test.sh --unit)" scripts/engine.sh
  if scripts/engine.sh 2>/dev/null; then
    leftovers before engine
    start_checks
    # Integration tests have the engine to themselves, one after the other; each of the others has a fleet of its own and
    # mostly waits for it.
    run_tests integration >"$results/integration.log" &
    integration=$!
    VITEST_MAX_WORKERS=2 tests e2e-local
    wait "$integration"
    say ""
    say "== integration tests"
    cat "$results/integration.log" >&2
    count_tests integration
    join_checks
    check "nothing is left behind by checks, integration and local end-to-end tests" nothing_left engine
    tests e2e
    check "nothing is left behind by end-to-end tests" nothing_left engine
  else
    start_checks
    join_checks
  fi
fi
finish
