#!/bin/sh
# Removes a folder of data: sh -c <this> sh <folder of all data> <name>
# It gets the name of an unfinished folder first, so that no run takes it for whole while it goes.
set -e
cd "$1"
case $2 in
  *.part) rm -rf "$2" ;;
  *)
    rm -rf "$2.part"
    mv "$2" "$2.part"
    rm -rf "$2.part"
    ;;
esac
