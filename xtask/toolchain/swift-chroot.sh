#!/usr/bin/env bash
# Swift for a Debian machine that has none: a trixie chroot with `swiftlang`, made once and kept in the user's cache.
#   swift-chroot.sh prepare                     makes it if it is not there
#   swift-chroot.sh ready                       exit 0 when it is there
#   swift-chroot.sh run DIR [BIND...] -- CMD    runs CMD in DIR inside it; DIR and each BIND keep their own paths
# Root and debootstrap are needed to make and to enter it. Mounts live in a mount namespace of the one command and
# vanish with it. Not its business: installing Swift on the machine itself.
set -euo pipefail

cache="${XDG_CACHE_HOME:-${HOME:?}/.cache}/jingbao"
system="$cache/swift-trixie"
marker="$system/.complete"
packages=swiftlang,libc6-dev,binutils,ca-certificates

# The Debian mirror this machine already uses; a mirror is the machine's choice, not this script's.
mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | awk '/\/debian\/?$/ { print; exit }'
}

prepare() {
  mkdir -p "$cache"
  exec 8>"$cache/swift-trixie.lock"
  flock 8 # two recipes at once: the second waits and finds it ready
  if [ ! -e "$marker" ]; then
    local from attempt
    from="$(mirror)"
    if [ -z "$from" ]; then
      echo "swift-chroot: the apt sources name no Debian mirror; install Swift itself: https://www.swift.org/install" >&2
      exit 3
    fi
    for attempt in 1 2 3; do
      rm -rf --one-file-system "$system.part"
      if debootstrap --variant=minbase --include="$packages" trixie "$system.part" "$from" >"$cache/swift-trixie.log" 2>&1; then
        break
      fi
      tail -n 5 "$cache/swift-trixie.log" >&2
      [ "$attempt" -lt 3 ] || exit 3
      sleep $((attempt * 5))
    done
    # What only takes room: package archives and lists, documentation.
    rm -rf "$system.part"/var/cache/apt/archives/*.deb "$system.part"/var/lib/apt/lists/* "$system.part"/usr/share/{doc,man}
    rm -rf --one-file-system "$system"
    mv "$system.part" "$system"
    touch "$marker"
  fi
  flock -u 8
  exec 8>&-
}

run() {
  local dir="$1" binds=("$1")
  shift
  while [ "${1:?}" != -- ]; do
    binds+=("$1")
    shift
  done
  shift
  exec unshare --mount --propagation private bash -euc '
    system="$1" dir="$2" count="$3"
    shift 3
    mount -t proc proc "$system/proc"
    mount --rbind /dev "$system/dev"
    mount -t tmpfs tmpfs "$system/tmp"
    while [ "$count" -gt 0 ]; do
      mkdir -p "$system$1"
      mount --bind "$1" "$system$1"
      shift
      count=$((count - 1))
    done
    exec env -i HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" CI="${CI:-}" JINGBAO_LIB_DIR="${JINGBAO_LIB_DIR:-}" \
      PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin LD_LIBRARY_PATH=/usr/libexec/swift/lib/swift/linux \
      chroot "$system" sh -c "cd \"\$1\"; shift; exec \"\$@\"" sh "$dir" "$@"
  ' enter "$system" "$dir" "${#binds[@]}" "${binds[@]}" "$@"
}

case "${1:-}" in
  prepare) prepare ;;
  ready) [ -e "$marker" ] ;;
  run)
    shift
    run "$@"
    ;;
  *)
    sed -n '2,5p' "$0" >&2
    exit 2
    ;;
esac
