#!/bin/sh
# Starts a program that outlives the connection: sh -c <this> <folder> <program> <argument>...
# What the program prints goes to wrapper.log in the folder. Prints its process id.
nohup "$@" </dev/null >"$0/wrapper.log" 2>&1 &
echo $!
