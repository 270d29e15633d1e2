#!/usr/bin/env bash
# Sourced by the other scripts; it does not change their shell options. Installs the programs of scripts/programs.tsv
# and the npm packages, and builds the CLI if it is missing or older than its sources.

say() { printf '%s\n' "$*" >&2; }

program_list="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/programs.tsv"

# is_installed <kind> <name>, with the kinds and names of programs.tsv.
is_installed() {
  case $1 in
    program) (PATH="$PATH:/usr/sbin:/sbin" && command -v "$2" >/dev/null) ;;
    library) compgen -G "/usr/lib/*/$2" >/dev/null ;;
    python)
      [ -x /usr/bin/python3 ] || return 1
      /usr/bin/python3 -c 'import sys, importlib.util as u; sys.exit(u.find_spec(sys.argv[1]) is None)' "$2"
      ;;
    *) say "programs.tsv: unknown kind $1"; return 1 ;;
  esac
}

# Reads rows of the list; prints the Debian packages of the missing entries, one per line.
missing_packages() {
  local kind name package
  while IFS=$'\t' read -r kind name package _; do
    is_installed "$kind" "$name" || if [ "$package" = - ]; then say "$name is missing"; else printf '%s\n' "$package"; fi
  done | sort -u
}

install_packages() {
  [ $# -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || ! is_installed program apt-get; then
    say "Install these packages first: apt-get install $*"
    return 1
  fi
  say "Installing Debian packages: $*"
  apt-get update -q >/dev/null \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

# need_groups <group>...: installs everything listed for these groups.
need_groups() {
  local missing
  missing=$(awk -F '\t' -v wanted=" any $* " '
    !/^#/ { n = split($4, groups, ","); for (i = 1; i <= n; i++) if (index(wanted, " " groups[i] " ")) { print; next } }
  ' "$program_list" | missing_packages)
  # shellcheck disable=SC2086  # one word per package
  install_packages $missing
}

# need_programs <name>...: installs single programs of the list.
need_programs() {
  local name row missing=""
  for name; do
    row=$(awk -F '\t' -v name="$name" '$1 == "program" && $2 == name' "$program_list")
    [ -n "$row" ] || { say "$name is not in $program_list"; return 1; }
    missing="$missing $(missing_packages <<<"$row")"
  done
  # shellcheck disable=SC2086
  install_packages $missing
}

need_node() {
  command -v node >/dev/null || { say "Node.js 20.19 or newer is needed: https://nodejs.org"; exit 1; }
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
    || { say "Node.js 20.19 or newer is needed; this is $(node --version)."; exit 1; }
}

# After a run through sudo, gives the created files to the calling user, so that later commands work without sudo.
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
