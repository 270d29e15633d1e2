#!/bin/sh
# Prints why the login cannot use the socket of an engine: sh -c <this> sh <socket>
# `missing`: there is no such socket; `denied`: the login may not open it; `silent`: nobody listens.
if [ ! -S "$1" ]; then
  echo missing
elif [ ! -w "$1" ]; then
  echo denied
else
  echo silent
fi
