#!/usr/bin/env bash
# Every check and test: lint, types, the floors rule, unit, integration and end-to-end. Installs what it needs.
# The last line is `N passed, N failed`. With --unit, only what needs no engine and no root.
set -uo pipefail
cd "$(dirname "$0")/.."
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
need_python || { failed=1; finish; }

check "types" npx tsc --noEmit -p tsconfig.json
check "lint, with the floors rule" npx eslint . --max-warnings 0
check "format" npx prettier --check --log-level warn .
check "unused files, exports and dependencies" npx knip
tests unit

if ! $only_unit; then
  missing=""
  [ -x /usr/bin/chromium ] || missing="$missing chromium"
  [ -x /usr/sbin/sshd ] || missing="$missing openssh-server"
  [ -x /usr/bin/rsync ] || missing="$missing rsync"
  [ -x /usr/sbin/nft ] || missing="$missing nftables"
  ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || missing="$missing libfaketime"
  [ -x /usr/sbin/iptables ] || missing="$missing iptables"
  [ -x /usr/sbin/ip ] || [ -x /sbin/ip ] || missing="$missing iproute2"
  for module in numpy scipy pandas openpyxl; do
    /usr/bin/python3 -c "import $module" 2>/dev/null || missing="$missing python3-$module"
  done
  if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing from Debian's packages:$missing"
    # shellcheck disable=SC2086
    apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >/dev/null
  fi
  check "a Docker Engine to test on (else: scripts/test.sh --unit)" scripts/engine.sh
  if scripts/engine.sh 2>/dev/null; then
    tests integration
    tests e2e
  fi
fi
finish
