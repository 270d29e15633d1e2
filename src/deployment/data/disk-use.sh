#!/bin/sh
# Prints how much room there is for a folder of data: sh -c <this> sh <folder>
# First line: the last one of df -Pk for the home folder. Second line: blocks of 1024 bytes that the folder takes already.
df -Pk "$HOME" | tail -n 1
du -sk "$1" 2>/dev/null || echo 0
