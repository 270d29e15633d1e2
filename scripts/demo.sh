#!/usr/bin/env bash
# From a clone to a report: sets up what is missing, brings up two virtual devices, runs the split ResNet on them and
# writes its report. Can be run again; `npx collab ...` works afterwards.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/prepare.sh

step() { printf '\n== %s\n' "$*" >&2; }
collab() { node dist/cli/main.js "$@"; }
trap hand_over EXIT

step "1/6 The command"
need_node
need_groups demo
npm_packages
build_cli

step "2/6 A Docker Engine"
if ! scripts/engine.sh; then
  step "Without an engine: hello on this machine alone"
  collab run hello --local
  collab report --format csv,xlsx,json
  say ""
  say "This was hello with --local, since no Docker Engine can be had here. With one, this script runs split-inference."
  exit 0
fi

step "3/6 A Lab of two virtual devices (the first time makes Debian and the device's image: one minute)"
collab lab up --devices 2 --cpus 1 --memory 1g

step "4/6 The LAN"
collab setup --lan lab --interface collab-lab --key .collab/lab/lab/id_ed25519 --expect 2 --timeout 10 --yes

step "5/6 split-inference (the first time builds PyTorch's image and sends it: four minutes)"
collab run split-inference

step "6/6 The report"
collab report --format csv,xlsx,json

say ""
[ -z "${SUDO_UID:-}" ] || id -nG "$SUDO_USER" | grep -qw docker || say "For the Lab's own commands your login needs the docker group: sudo usermod -aG docker $SUDO_USER, and log in again."
say "Done. Go on with, for example:"
say "  npx collab run split-inference --set split=2,6 --repeats 3"
say "  npx collab report --format xlsx"
say "  npx collab lab down"
