#!/usr/bin/env bash
# Sourced by demo.sh and test.sh: installs the npm packages and builds the CLI, when they are older than their sources.
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }

need_node() {
  command -v node >/dev/null || { say "Node.js 20.19 or newer is needed: https://nodejs.org"; exit 1; }
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
    || { say "Node.js 20.19 or newer is needed; this is $(node --version)."; exit 1; }
}

npm_packages() {
  if [ ! -e node_modules/.collab-installed ] || ! cmp -s package-lock.json node_modules/.collab-installed; then
    say "Installing the npm packages"
    npm ci --no-audit --no-fund --loglevel=error >&2
    cp package-lock.json node_modules/.collab-installed
  fi
}

build_cli() {
  if [ ! -e dist/cli/main.js ] || [ -n "$(find src scripts/build.mjs package.json tsconfig*.json -newer dist/cli/main.js -print -quit)" ]; then
    say "Building the command"
    npm run --silent build >&2
    touch dist/cli/main.js
  fi
}
