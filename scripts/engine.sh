#!/usr/bin/env bash
# Ensures that a Docker Engine is running: the one at DOCKER_HOST or the default socket. If none answers, it installs
# docker.io and starts it (Debian, as root). There it also installs debootstrap, which builds base images when no
# registry is reachable. Run it directly, or through demo.sh and test.sh.
set -euo pipefail

. "$(dirname "$0")/prepare.sh"

# Pings the engine; needs only Node.
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
    say "Starting dockerd (log: $log)"
    # dockerd outlives the caller and its temporary folder, and must not count as a process left behind by a test run.
    setsid env -u TMPDIR -u COLLAB_TEST_RUN dockerd >"$log" 2>&1 </dev/null &
  fi
  for _ in $(seq 1 60); do
    engine_answers && return 0
    sleep 0.5
  done
  say "The Docker Engine did not start within 30 s. The end of its log:"
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
    say "This user cannot reach a Docker Engine. Install one (Debian: apt-get install docker.io, then"
    say "usermod -aG docker $(id -un) and log in again), or run this script as root to install it for you."
    exit 1
  fi
fi
if is_debian_root; then need_programs debootstrap; fi
say "The Docker Engine is running."
