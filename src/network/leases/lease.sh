#!/bin/sh
# Manages the lease of the device it runs on: sh -s <act> <folder> <id> <term in s> <who> <host> <run> <reason>,
# with the acts show, take, renew, release and kick. POSIX sh, for dash and busybox; values come as arguments.
#
# Each state of the lease is a file lease.<number> that never changes; the highest number is the current state. To change
# the state, a process writes the next file under a temporary name and links it to the next number. A link succeeds for one
# process only, so each change is based on the state that its process read, and take, renew, release and kick cannot undo
# each other. A renewal also says anew by which run, and for what reason, the device is held. The folder is open to all
# users like /tmp (1777): no login can modify or remove the states of another.
#
# r_ is the lease, l_ the manual lock under a run's lease of the same user, k_ who kicked which lease. Times are seconds
# since boot, which clock changes do not affect. The highest 16 states are kept: a process that links an outdated number
# sees higher ones and withdraws.
# Everything is in parentheses, so that the shell reads the whole script before it exits.
(
LC_ALL=C; PATH="$PATH:/usr/local/bin:/usr/bin:/bin"; export LC_ALL PATH
act=$1 folder=$2 id=$3 term=$4 who=$5 host=$6 run=$7 reason=$8
new=new.$id.$$ top=0 kept=16
fail() { printf '%s\n' "$1" >&2; exit 1; }
is_count() { case $1 in '' | 0?* | *[!0-9]* | ????????????????*) return 1 ;; esac; }
scan() {
  top=0
  for file in lease.*; do
    number=${file#lease.}
    if is_count "$number" && [ "$number" -gt "$top" ]; then top=$number; fi
  done
}
sweep() {
  old=''
  for file in lease.*; do
    number=${file#lease.}
    if is_count "$number" && [ "$number" -le $((top - kept)) ]; then old="$old $file"; fi
  done
  # The names contain digits only, so they are safe to split into words.
  # shellcheck disable=SC2086
  [ -z "$old" ] || rm -f $old 2>/dev/null
}
drop_lock() { l_id='' l_reason='' l_since=0 l_expires=0; }
drop_kick() { k_id='' k_who='' k_host='' k_reason=''; }
drop_lease() { r_id='' r_who='' r_host='' r_run='' r_reason='' r_since=0 r_expires=0; drop_lock; }
load() {
  drop_lease; drop_kick; r_boot=''
  if [ ! -f "lease.$1" ] || [ -L "lease.$1" ]; then return 0; fi
  text=$(dd if="lease.$1" bs=8192 count=1 2>/dev/null)
  case $text in *end=1) ;; *) return 0 ;; esac
  while IFS= read -r line; do
    value=${line#*=}
    case $line in
      boot=*) r_boot=$value ;; id=*) r_id=$value ;; who=*) r_who=$value ;; host=*) r_host=$value ;;
      run=*) r_run=$value ;; reason=*) r_reason=$value ;; since_s=*) r_since=$value ;; expires_s=*) r_expires=$value ;;
      lock_id=*) l_id=$value ;; lock_reason=*) l_reason=$value ;;
      lock_since_s=*) l_since=$value ;; lock_expires_s=*) l_expires=$value ;;
      kicked_id=*) k_id=$value ;; kicked_who=*) k_who=$value ;;
      kicked_host=*) k_host=$value ;; kicked_reason=*) k_reason=$value ;;
    esac
  done <<STATE
$text
STATE
  is_count "$r_since" || r_since=0
  is_count "$r_expires" || r_expires=0
  is_count "$l_since" || l_since=0
  is_count "$l_expires" || l_expires=0
}
restore_lock() { r_id=$l_id r_run='' r_reason=$l_reason r_since=$l_since r_expires=$l_expires; drop_lock; }
judge() {
  held=no
  [ "$r_boot" = "$boot" ] || return 0
  if [ "$now" -lt "$r_expires" ]; then held=yes
  elif [ "$now" -lt "$l_expires" ]; then held=yes; restore_lock; fi
}
describe() { description=$(printf '%s\n' "who=$r_who" "host=$r_host" "run=$r_run" "reason=$r_reason" "id=$r_id" \
  "held_s=$((now - r_since))" "left_s=$((r_expires - now))" held="$held"); }
answer() {
  printf '%s\n' "answer=$1" "$description" "kicked_who=$k_who" "kicked_host=$k_host" "kicked_reason=$k_reason"
  exit 0
}
hold() { r_id=$id r_who=$who r_host=$host r_run=$run r_reason=$reason r_since=$now r_expires=$((now + term)); }
put() {
  next=$((top + 1))
  printf '%s\n' "boot=$boot" "id=$r_id" "who=$r_who" "host=$r_host" "run=$r_run" "reason=$r_reason" \
    "since_s=$r_since" "expires_s=$r_expires" "lock_id=$l_id" "lock_reason=$l_reason" "lock_since_s=$l_since" \
    "lock_expires_s=$l_expires" "kicked_id=$k_id" "kicked_who=$k_who" "kicked_host=$k_host" \
    "kicked_reason=$k_reason" end=1 > "$new" || exit 1
  case $(dd if="$new" bs=8192 count=1 2>/dev/null) in *end=1) ;; *) fail "$folder has no free space for a lease" ;; esac
  if why=$(ln "$new" "lease.$next" 2>&1) && [ -f "lease.$next" ]; then
    rm -f "$new"
    scan
    if [ "$top" -eq "$next" ]; then sweep; return 0; fi
    rm -f "lease.$next"
    return 1
  fi
  rm -f "$new"
  [ -e "lease.$next" ] || [ -L "lease.$next" ] || fail "$why"
  return 1
}
find_kick() {
  number=$top
  while [ "$number" -gt 0 ] && [ "$number" -gt $((top - kept)) ]; do
    load "$number"
    if [ "$k_id" = "$id" ]; then kicked="$k_who" from="$k_host" because="$k_reason" was_kicked=yes; return 0; fi
    number=$((number - 1))
  done
}

umask 022
if read -r now rest < /proc/uptime && read -r boot < /proc/sys/kernel/random/boot_id; then now=${now%%.*}
else fail 'the device does not report its time since boot in /proc'; fi
[ -d "$folder" ] || (umask 0; mkdir -m 1777 "$folder" 2>/dev/null)
if [ ! -d "$folder" ] || [ -L "$folder" ]; then fail "$folder is not a folder and cannot be created"; fi
cd "$folder" || exit 1
trap '[ ! -f "$new" ] || rm -f "$new"' EXIT
trap 'exit 1' HUP INT TERM
tries=0 description=''
while [ "$tries" -lt 200 ]; do
  tries=$((tries + 1))
  scan; load "$top"
  mine=no; if [ -n "$r_id" ] && [ "$r_id" = "$id" ]; then mine=yes; fi
  case $act in
    show) judge; describe; if [ "$held" = yes ]; then answer busy; else answer free; fi ;;
    take)
      judge; describe; drop_kick; outcome=taken
      if [ "$held" = no ]; then drop_lease; hold
      elif [ -n "$r_run" ] || [ "$r_who" != "$who" ] || [ "$r_host" != "$host" ]; then answer busy
      elif [ -z "$run" ]; then since=$r_since; hold; r_since=$since outcome=extended
      else l_id=$r_id l_reason=$r_reason l_since=$r_since l_expires=$r_expires; hold; fi
      if put; then answer "$outcome"; fi ;;
    renew)
      if [ "$mine" = yes ]; then
        if [ "$r_boot" != "$boot" ]; then r_since=$now; drop_lock; fi
        r_expires=$((now + term)) r_run=$run r_reason=$reason
      else
        was_kicked=no; find_kick
        load "$top"; judge; describe; drop_kick
        if [ "$was_kicked" = yes ]; then k_who=$kicked k_host=$from k_reason=$because; answer kicked; fi
        if [ "$held" = yes ]; then answer lost; fi
        drop_lease; hold
      fi
      if put; then answer renewed; fi ;;
    release)
      if [ "$mine" = no ]; then
        judge
        if [ "$held" = no ] || [ "$r_id" != "$id" ]; then answer gone; fi
        drop_lease
      elif [ "$r_boot" = "$boot" ] && [ "$now" -lt "$l_expires" ]; then restore_lock
      else drop_lease; fi
      if put; then answer released; fi ;;
    kick)
      judge; describe
      if [ "$held" = no ]; then answer free; fi
      k_id=$r_id k_who=$who k_host=$host k_reason=$reason; drop_lease
      if put; then answer kicked; fi ;;
    *) fail "no such act: $act" ;;
  esac
done
fail 'too many users are changing the lease at once'
)
