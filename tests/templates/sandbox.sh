#!/bin/sh
# Runs a command as Argo CD's plugin server runs one in its sidecar: as user 999, with a root file system that is
# read-only and holds the image alone, with a /tmp of its own, and without a network, capabilities or new privileges.
# To be started by: unshare --mount --net --pid --ipc --uts --fork --kill-child --propagation private
#   sandbox.sh FOLDER SIZE PLACE[:TARGET]... -- COMMAND [ARGUMENT]...
# FOLDER, which is empty, becomes the root; SIZE is that of /tmp; each PLACE is seen there, as TARGET if that is given.
set -eu
umask 022
root=$1 size=$2
shift 2

# Make the place $1 of this machine be seen as $2, read-only.
show() {
  if [ -d "$1" ]; then
    mkdir -p "$root$2"
  else
    mkdir -p "$root${2%/*}"
    [ -e "$root$2" ] || : >"$root$2"
  fi
  mount --bind "$1" "$root$2"
  mount -o "remount,bind,nosuid,$3" "$root$2"
}

mount -t tmpfs -o mode=0755 tmpfs "$root"
mkdir "$root/proc" "$root/tmp"
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t tmpfs -o "mode=1777,nosuid,nodev,size=$size" tmpfs "$root/tmp"
for place in /usr /bin /sbin /lib /lib32 /lib64 /libx32 /etc; do
  if [ -L "$place" ]; then
    ln -s "$(readlink "$place")" "$root$place"
  elif [ -d "$place" ]; then
    show "$place" "$place" ro
  fi
done
for device in null zero random urandom; do
  show "/dev/$device" "/dev/$device" rw
done
while [ "$1" != -- ]; do
  show "${1%:*}" "${1#*:}" ro
  shift
done
shift
mount -o remount,ro "$root"
exec chroot "$root" setpriv --reuid 999 --regid 999 --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs "$@"
