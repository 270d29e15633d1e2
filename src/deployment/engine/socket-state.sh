#!/bin/sh
# Prints why the login cannot use the socket of an engine: sh -c <this> sh <socket>
# `missing`: there is no such socket; `denied`: the login may not open it; `silent`: nobody listens; `listening`: the engine
# does, so the ssh server does not forward it. In /proc/net/unix, a socket with a listener has the flags 00010000.
if [ ! -S "$1" ]; then
  echo missing
elif [ ! -w "$1" ]; then
  echo denied
elif grep -q " 00010000 .*/${1##*/}\$" /proc/net/unix 2>/dev/null; then
  echo listening
else
  echo silent
fi
