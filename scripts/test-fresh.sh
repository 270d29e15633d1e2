#!/usr/bin/env bash
# Runs scripts/demo.sh and then scripts/test.sh of the current commit on a fresh machine: a container with only
# Debian 12, git, and this machine's Node, in which they install a Docker Engine. Uncommitted changes are ignored.
# Needs root and a Docker Engine; takes about half an hour on two cores. Usage:
#
#   scripts/test-fresh.sh [--only demo|test] [--shared-engine] [--keep]
#
# --shared-engine uses this machine's engine inside the container, for machines that cannot nest three engines (this
# machine's, the container's, and those of the Lab's devices). --keep keeps the container for inspection.
# MIRROR sets the Debian mirror; the default is the one that apt uses on this machine.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/prepare.sh

usage() { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
acts="demo test" shared=false keep=false
while [ $# -gt 0 ]; do
  case $1 in
    --only) case ${2:-} in demo | test) acts=$2 ;; *) usage ;; esac; shift ;;
    --shared-engine) shared=true ;;
    --keep) keep=true ;;
    *) usage ;;
  esac
  shift
done
[ "$(id -u)" = 0 ] || { say "test-fresh.sh: run it as root; debootstrap needs it"; exit 1; }

step() { printf '\n== %s\n' "$*" >&2; }
need_node
need_programs git docker debootstrap
scripts/engine.sh

commit=$(git rev-parse --short HEAD)
name=collab-fresh-$$
work=$(mktemp -d)
cleanup() {
  local code=$?
  if $keep; then
    say "Kept the container. To look inside: docker exec -it $name bash. To remove it: docker rm -fv $name; docker volume rm $name; docker rmi $name"
  else
    docker rm -fv "$name" >/dev/null 2>&1 || true
    docker volume rm "$name" >/dev/null 2>&1 || true
    docker rmi "$name" >/dev/null 2>&1 || true
  fi
  rm -rf --one-file-system "$work"
  exit "$code"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# The mirror from which this machine's apt gets Debian 12, which the new machine can reach too.
mirror() {
  if [ -n "${MIRROR:-}" ]; then printf '%s\n' "$MIRROR"; return; fi
  # shellcheck disable=SC2016  # apt's own form
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' 2>/dev/null \
    | sed 's,/$,,' | grep . | head -n 1 || true
}

step "Debian 12, git and Node $(node --version)"
source=$(mirror)
source=${source:-http://deb.debian.org/debian}
debootstrap --variant=minbase --include=ca-certificates,git bookworm "$work/root" "$source" >"$work/debootstrap.log" \
  || { tail -n 15 "$work/debootstrap.log" >&2; exit 1; }
node=$(node -p process.execPath)
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
mkdir -p "$work/root/usr/lib/node_modules" "$work/root/srv"
cp "$node" "$work/root/usr/bin/node"
cp -a "$npm" "$work/root/usr/lib/node_modules/npm"
for command in npm npx; do ln -s "../lib/node_modules/npm/bin/$command-cli.js" "$work/root/usr/bin/$command"; done

# Copies this machine's settings for Debian's packages and the npm registry at run time; they are never committed.
apt-config dump | grep -E '^Acquire::(https?|Check|Retries)' >"$work/root/etc/apt/apt.conf.d/90host" || true
for certificate in /usr/local/share/ca-certificates/*.crt; do
  [ ! -e "$certificate" ] || cp "$certificate" "$work/root/usr/local/share/ca-certificates/"
done
chroot "$work/root" update-ca-certificates >/dev/null 2>&1
if [ -e ~/.npmrc ]; then cp ~/.npmrc "$work/root/root/.npmrc"; fi
variables=(--env "npm_config_registry=$(npm config get registry)" --env LANG=C.UTF-8
  --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt)
for variable in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
  [ -z "${!variable:-}" ] || variables+=(--env "$variable")
done

step "A clone of $commit"
git bundle create --quiet "$work/root/srv/commit.bundle" HEAD
cp scripts/fresh/start.sh "$work/root/usr/local/sbin/start-machine"
tar -C "$work/root" --exclude='./var/cache/apt/archives/*.deb' -c . | docker import - "$name" >/dev/null
rm -rf --one-file-system "$work/root"

# What an engine in a container needs in addition to the default capabilities; some machines refuse --privileged.
engine=(--cap-add SYS_ADMIN --cap-add NET_ADMIN --cap-add SYS_PTRACE --cap-add MKNOD
  --security-opt seccomp=unconfined --security-opt apparmor=unconfined)
place=/root/collab
if $shared; then
  # The engine sees this machine's paths and networks, so the container must see the same ones.
  place=$work/collab
  engine+=(--network host --volume /var/run/docker.sock:/var/run/docker.sock --volume "$work:$work" --env "TMPDIR=$work")
else
  engine+=(--volume "$name:/var/lib/docker")
fi
docker run --detach --name "$name" --hostname fresh --shm-size 1g --label collab.fresh=1 "${engine[@]}" "${variables[@]}" \
  "$name" sh /usr/local/sbin/start-machine >/dev/null
docker exec "$name" git clone --quiet /srv/commit.bundle "$place"

failed=0
for act in $acts; do
  step "./scripts/$act.sh in the clone$($shared && echo ", on this machine's engine")"
  started=$SECONDS
  if docker exec --workdir "$place" "$name" "./scripts/$act.sh" >"$work/$act.log" 2>&1; then how=passed; else how=failed; fi
  [ "$how" = passed ] || failed=1
  # Keep the log of a failure, because the container is removed.
  if [ "$how" = failed ]; then
    log=${TMPDIR:-/tmp}/collab-fresh-$act.log
    cp "$work/$act.log" "$log"
    tail -n 60 "$work/$act.log"
    say "Full log: $log"
  else
    tail -n 12 "$work/$act.log"
  fi
  printf '%s: %s.sh %s in %d min %d s\n' "$commit" "$act" "$how" $(((SECONDS - started) / 60)) $(((SECONDS - started) % 60))
done
[ "$failed" = 0 ]
