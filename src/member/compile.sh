#!/bin/sh
# compile.sh <architecture>: compiles the member program to /out/member, in the image of the Dockerfile next to it. Go
# compiles for every architecture on any, so no emulation is needed.
set -eu
library=/usr/share/gocode/src/github.com/hashicorp/memberlist
for file in /src/patch/*.go; do
  [ ! -e "$file" ] || cp "$file" "$library/"
done
# Without modules: the libraries are Debian's, and nothing is downloaded. The first Raspberry Pis have ARMv6.
export GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=/tmp/go-build CGO_ENABLED=0 GOOS=linux GOARCH="$1" GOARM=6
cd /src
exec go build -trimpath -ldflags '-s -w' -o /out/member .
