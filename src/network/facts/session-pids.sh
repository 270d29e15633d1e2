#!/bin/sh
# Prints the ids of the processes that serve this ssh connection: that of sshd, then those below it that serve files.
# Prints nothing where the caller is not a child of sshd. Uses no program but sh.
parent_of() {
  while read -r key value; do
    [ "$key" != PPid: ] || { echo "$value"; return; }
  done <"/proc/$1/status"
}
name_of() { read -r name <"/proc/$1/comm" && echo "$name"; }
is_server() { case $1 in sshd* | dropbear*) true ;; *) false ;; esac; }

server=$PPID
# A login shell may stand between the two.
is_server "$(name_of "$server")" || server=$(parent_of "$server")
is_server "$(name_of "$server")" || exit 0
echo "$server"
for folder in /proc/[0-9]*; do
  pid=${folder#/proc/}
  [ "$(parent_of "$pid" 2>/dev/null)" = "$server" ] || continue
  case $(name_of "$pid" 2>/dev/null) in sftp-server | sshd*) echo "$pid" ;; esac
done
