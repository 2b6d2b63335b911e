#!/bin/sh
# Sees to it that the registry of the distribution is there, for tests that pull images from it.
#
#   docker-registry.sh program            print the program, which is installed if it is missing
#   docker-registry.sh hash USER PASSWORD print a line for the registry's file of passwords
#
# On Debian and Ubuntu, root only, it is installed from the distribution (package docker-registry).
set -eu

say() { printf '%s\n' "docker-registry: $*" >&2; }

fail() {
  say "$*"
  exit 1
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    -o DPkg::Lock::Timeout=120 docker-registry </dev/null
}

ensure_program() {
  command -v docker-registry >/dev/null 2>&1 && return 0
  command -v apt-get >/dev/null 2>&1 || fail "install docker-registry: it is not on the PATH"
  [ "$(id -u)" = 0 ] || fail "only root can install the package docker-registry"
  log=$(mktemp "${TMPDIR:-/tmp}/meseta-registry.XXXXXX")
  say "installing docker-registry from the distribution (log: $log) ..."
  # The lists may be older than the archive. The package's service is not wanted here, so that a
  # failing start of it does not matter.
  if ! apt_install >"$log" 2>&1; then
    apt-get update >>"$log" 2>&1 || say "apt-get update failed; trying with the old lists"
    apt_install >>"$log" 2>&1 || {
      tail -n 15 "$log" >&2
      fail "apt-get could not install docker-registry; see $log"
    }
  fi
  rm -f "$log"
}

case ${1:-} in
  program)
    ensure_program
    command -v docker-registry
    ;;
  hash)
    [ $# -eq 3 ] || fail "a user and a password are needed"
    # bcrypt, the only kind that the registry takes; a salt of the tests' own does for tests.
    printf '%s:%s\n' "$2" \
      "$(perl -e 'print crypt($ARGV[0], "\$2y\$05\$mesetaMesetaMesetaMeseO")' "$3")"
    ;;
  *)
    sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
