#!/usr/bin/env bash
# From a clone to a report: installs what is missing, starts two virtual devices, runs the split ResNet on them three
# times, shows the results, and writes their report. It is safe to run again; `npx collab ...` works afterwards.
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

step "2/6 The Docker Engine"
if ! scripts/engine.sh; then
  step "No Docker Engine: running hello on this machine only"
  collab run hello --local --repeats 3
  collab show
  collab report
  say ""
  say "Docker is not available on this machine, so this was hello with --local. With Docker, this script runs split-inference."
  exit 0
fi

step "3/6 A Lab of two virtual devices (the first run builds the Debian and device images: one minute)"
collab lab up --devices 2 --cpus 1 --memory 1g

step "4/6 The LAN"
collab setup --lan lab --interface collab-lab --key .collab/lab/lab/id_ed25519 --expect 2 --timeout 10 --yes

step "5/6 split-inference (the first run builds and sends the PyTorch image: four minutes)"
# Three repeats give intervals; one codec keeps the number of trials small.
collab run split-inference --set codec=raw --repeats 3

step "6/6 The results, the verdict on them, and the report"
collab show
collab report

say ""
[ -z "${SUDO_UID:-}" ] || id -nG "$SUDO_USER" | grep -qw docker || say "The collab lab commands need the docker group. Run: sudo usermod -aG docker $SUDO_USER, then log in again."
say "Done. Next, try for example:"
say "  npx collab report --open"
say "  npx collab run split-inference --set split=2,6 --repeats 5"
say "  npx collab report --format xlsx"
say "  npx collab lab down"
