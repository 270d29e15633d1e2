#!/usr/bin/env bash
# Makes sure of a Docker Engine on this machine: the one that DOCKER_HOST or the default socket names; else, on
# Debian as root, installs docker.io and starts it. Also installs debootstrap there, with which base images are made
# where no registry answers. Run it on its own, or let demo.sh and test.sh do it.
set -euo pipefail

. "$(dirname "$0")/prepare.sh"

# Asks the engine for a sign of life; needs Node only.
engine_answers() {
  node -e '
    const at = process.env.DOCKER_HOST || "unix:///var/run/docker.sock";
    const tcp = /^tcp:\/\/([^:\/]+):?(\d+)?/.exec(at);
    const to = tcp ? { host: tcp[1], port: Number(tcp[2] || 2375) } : { socketPath: at.replace(/^unix:\/\//, "") };
    const ask = require("http").get({ ...to, path: "/_ping", timeout: 5000 }, (answer) =>
      process.exit(answer.statusCode === 200 ? 0 : 1));
    ask.on("timeout", () => process.exit(1));
    ask.on("error", () => process.exit(1));
  '
}

is_debian_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

start_engine() {
  local log=/var/log/collab-dockerd.log
  if [ -d /run/systemd/system ]; then
    systemctl start docker
  else
    say "Starting dockerd (its log: $log)"
    # It outlives the caller, whose temporary folder may go, and is none of the processes that a test run leaves behind.
    setsid env -u TMPDIR -u COLLAB_TEST_RUN dockerd >"$log" 2>&1 </dev/null &
  fi
  for _ in $(seq 1 60); do
    engine_answers && return 0
    sleep 0.5
  done
  say "The Docker Engine did not start within 30 s. Its last lines:"
  tail -n 5 "$log" >&2 2>/dev/null || true
  return 1
}

if ! engine_answers; then
  if [ -n "${DOCKER_HOST:-}" ]; then
    say "No Docker Engine answers at DOCKER_HOST=$DOCKER_HOST. Start it, or unset DOCKER_HOST."
    exit 1
  elif is_debian_root; then
    need_groups engine
    start_engine
  else
    say "There is no Docker Engine that this user can reach. Install one (Debian: apt-get install docker.io, then"
    say "usermod -aG docker $(id -un) and log in again), or run this as root, which does it for you."
    exit 1
  fi
fi
if is_debian_root; then need_programs debootstrap; fi
say "A Docker Engine answers."
