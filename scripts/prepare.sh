#!/usr/bin/env bash
# Sourced by demo.sh and test.sh, whose shell options it leaves alone: installs python3 and the npm packages, and
# builds the CLI, when they are missing or older than their sources.

say() { printf '%s\n' "$*" >&2; }

need_node() {
  command -v node >/dev/null || { say "Node.js 20.19 or newer is needed: https://nodejs.org"; exit 1; }
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
    || { say "Node.js 20.19 or newer is needed; this is $(node --version)."; exit 1; }
}

need_python() {
  command -v python3 >/dev/null && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing python3 from Debian's packages"
    apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends python3 >/dev/null
  fi
  command -v python3 >/dev/null || { say "python3 is needed: apt-get install python3"; return 1; }
}

# Called through sudo, what was made belongs to the user who called, so that the command works on without it.
hand_over() {
  [ -n "${SUDO_UID:-}" ] || return 0
  for made in node_modules dist .collab Logs; do
    [ ! -e "$made" ] || chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" "$made"
  done
}

npm_packages() {
  if [ ! -e node_modules/.collab-installed ] || ! cmp -s package-lock.json node_modules/.collab-installed; then
    say "Installing the npm packages"
    npm ci --no-audit --no-fund --loglevel=error >&2 || return 1
    cp package-lock.json node_modules/.collab-installed
  fi
}

build_cli() {
  if [ ! -e dist/cli/main.js ] || [ -n "$(find src scripts/build.mjs package.json tsconfig*.json -newer dist/cli/main.js -print -quit)" ]; then
    say "Building the command"
    npm run --silent build >&2 || return 1
    touch dist/cli/main.js
  fi
}
