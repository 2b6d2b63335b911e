#!/bin/sh
# Sees to it that a Docker engine answers, and that the image of the demo and of the tests exists.
#
#   docker-engine.sh ensure   an engine answers: the one that is there, else one that this starts
#   docker-engine.sh image    ensure, and make the image meseta/busybox:local without any registry
#   docker-engine.sh stop     end what ensure started, and nothing else
#   docker-engine.sh pid      print the process id of the engine that ensure started, if it runs
#
# Environment:
#   DOCKER_HOST           where the engine is looked for; default unix:///var/run/docker.sock
#   MESETA_ENGINE_STATE   where pid and log files of a started engine go; default /var/lib/meseta/engine
#   MESETA_ENGINE_WAIT    seconds to wait for a started engine; default 60
#   MESETA_ENGINE_FLAGS   more flags for a dockerd that is started, such as --data-root /elsewhere
set -eu

host=${DOCKER_HOST:-unix:///var/run/docker.sock}
state=${MESETA_ENGINE_STATE:-/var/lib/meseta/engine}
wait_seconds=${MESETA_ENGINE_WAIT:-60}
image=meseta/busybox:local
pid_file=$state/dockerd.pid
log_file=$state/dockerd.log
lock_dir=$state/lock

say() { printf '%s\n' "docker-engine: $*" >&2; }

fail() {
  say "$*"
  exit 1
}

# The version of the engine that answers; fails when none does. The limit matters: a stopped engine
# accepts connections and says nothing.
engine_version() {
  command -v docker >/dev/null 2>&1 || return 1
  DOCKER_HOST=$host timeout 10 docker version --format '{{.Server.Version}}' 2>/dev/null
}

what_to_do() {
  say "no Docker engine answers at $host, and $1."
  say "Do one of these and try again:"
  say "  - start your engine (for example: systemctl start docker),"
  say "  - install one: https://docs.docker.com/engine/install/,"
  say "  - set DOCKER_HOST to where one listens,"
  say "  - on Debian or Ubuntu, run this as root: it installs and starts docker.io."
  exit 1
}

is_debian_like() {
  [ -r /etc/os-release ] && grep -Eq '^(ID|ID_LIKE)=.*(debian|ubuntu)' /etc/os-release
}

# Installs Debian packages, the ones whose program is missing only. Arguments: program package ...
install_missing() {
  missing=
  while [ $# -ge 2 ]; do
    # Several programs may be of one package.
    command -v "$1" >/dev/null 2>&1 || case "$missing " in *" $2 "*) ;; *) missing="$missing $2" ;; esac
    shift 2
  done
  [ -n "$missing" ] || return 0
  is_debian_like || what_to_do "this is neither Debian nor Ubuntu, so$missing cannot be installed"
  [ "$(id -u)" = 0 ] || what_to_do "only root can install$missing"
  apt_log=$state/apt.log
  say "installing$missing from the distribution (log: $apt_log) ..."
  # One after the other: the lists may be older than the archive.
  if ! apt_install "$missing" >"$apt_log" 2>&1; then
    say "refreshing the package lists ..."
    apt-get update >>"$apt_log" 2>&1 || say "apt-get update failed; trying with the old lists"
    apt_install "$missing" >>"$apt_log" 2>&1 || {
      tail -n 15 "$apt_log" >&2
      fail "apt-get could not install$missing; see $apt_log"
    }
  fi
  say "installed$missing"
}

apt_install() {
  # The package's own service start is of no use without systemd, and unwanted: policy-rc.d is not
  # touched, a failing start does not fail the installation.
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    -o DPkg::Lock::Timeout=120 $1 </dev/null
}

# Only one ensure at a time: two engines on one data directory would harm each other.
take_lock() {
  tries=0
  until mkdir "$lock_dir" 2>/dev/null; do
    holder=$(cat "$lock_dir/pid" 2>/dev/null || echo '')
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then
      rm -rf "$lock_dir"
      continue
    fi
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || fail "another run holds $lock_dir (process ${holder:-unknown}); remove it if that is wrong"
    sleep 0.5
  done
  echo $$ >"$lock_dir/pid"
  trap 'rm -rf "$lock_dir"' EXIT
  trap 'exit 130' INT TERM
}

# The kernel's packet filter, as far as this machine has one: prints the flags for dockerd and
# leaves the directory to be put first on its PATH in $filter_path.
choose_packet_filter() {
  filter_path=
  filter_flags=
  if iptables -w 5 -t nat -L -n >/dev/null 2>&1; then
    say "packet filter: $(iptables --version 2>/dev/null || echo iptables)"
    return 0
  fi
  if command -v iptables-legacy >/dev/null 2>&1 && iptables-legacy -w 5 -t nat -L -n >/dev/null 2>&1; then
    # For this engine only: the machine's own choice of alternatives stays as it is.
    filter_path=$state/bin
    mkdir -p "$filter_path"
    for program in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
      legacy=$(command -v "$(echo "$program" | sed 's/tables/tables-legacy/')" || true)
      [ -z "$legacy" ] || ln -sf "$legacy" "$filter_path/$program"
    done
    say "packet filter: iptables-legacy (iptables itself does not work with this kernel)"
    return 0
  fi
  filter_flags="--iptables=false --ip6tables=false --ip-masq=false"
  say "packet filter: none works here; bridged containers publish ports through docker-proxy" \
    "and do not reach the outside"
}

start_engine() {
  filter_flags_tried=$1
  daemon_path=$PATH
  [ -z "$filter_path" ] || daemon_path=$filter_path:$daemon_path
  say "starting dockerd at $host (log: $log_file) ..."
  # Its own session: it outlives this shell and its terminal. containerd is started by dockerd.
  # shellcheck disable=SC2086
  PATH=$daemon_path setsid dockerd -H "$host" --pidfile "$pid_file" --storage-driver overlay2 \
    $filter_flags_tried ${MESETA_ENGINE_FLAGS:-} >>"$log_file" 2>&1 </dev/null &
  started=$!
  waited=0
  while [ "$waited" -lt $((wait_seconds * 2)) ]; do
    if version=$(engine_version); then
      say "engine $version answers at $host (started here, process $(cat "$pid_file"))"
      return 0
    fi
    if ! kill -0 "$started" 2>/dev/null && ! [ -s "$pid_file" ]; then
      return 1
    fi
    waited=$((waited + 1))
    sleep 0.5
  done
  end_engine
  return 1
}

# The package has a service, which systemd starts: then there is nothing to start here.
await_service() {
  waited=0
  while [ "$waited" -lt 40 ]; do
    if version=$(engine_version); then
      say "engine $version answers at $host (started by its service)"
      return 0
    fi
    waited=$((waited + 1))
    sleep 0.5
  done
  return 1
}

# Two engines on one data directory harm each other, so none is started beside one that hangs.
fail_if_one_hangs() {
  for file in "$pid_file" /var/run/docker.pid; do
    [ -s "$file" ] || continue
    [ "$file" = "$pid_file" ] || [ -z "${MESETA_ENGINE_FLAGS:-}" ] || continue
    other=$(cat "$file")
    if kill -0 "$other" 2>/dev/null && grep -q dockerd "/proc/$other/comm" 2>/dev/null; then
      fail "dockerd runs (process $other) but does not answer at $host; end it, or restart it"
    fi
  done
}

ensure() {
  if version=$(engine_version); then
    say "engine $version answers at $host"
    return 0
  fi
  case $host in
    unix://*) ;;
    *) what_to_do "one elsewhere cannot be started from here" ;;
  esac
  [ "$(uname -s)" = Linux ] || what_to_do "this is not Linux"
  [ "$(id -u)" = 0 ] || what_to_do "you are not root"
  is_debian_like || command -v dockerd >/dev/null 2>&1 ||
    what_to_do "this is neither Debian nor Ubuntu, where it could be installed"
  mkdir -p "$state"
  take_lock
  if version=$(engine_version); then
    say "engine $version answers at $host"
    return 0
  fi
  PATH=$PATH:/usr/sbin:/sbin
  fail_if_one_hangs
  had_engine=$(command -v dockerd || true)
  install_missing dockerd docker.io docker docker.io iptables iptables
  # Newer distributions have the command line in a package of its own.
  install_missing docker docker-cli
  if [ -z "$had_engine" ] && [ -d /run/systemd/system ]; then
    await_service && return 0
  fi
  choose_packet_filter
  : >"$log_file"
  start_engine "$filter_flags" && return 0
  if [ -z "$filter_flags" ] && grep -qi 'iptables' "$log_file"; then
    say "it did not start with the packet filter; trying without"
    start_engine "--iptables=false --ip6tables=false --ip-masq=false" && return 0
  fi
  say "the engine did not answer within $wait_seconds s; the end of $log_file:"
  tail -n 20 "$log_file" >&2
  exit 1
}

# The process that ensure started, if it is still that one.
engine_pid() {
  [ -s "$pid_file" ] || return 1
  pid=$(cat "$pid_file")
  kill -0 "$pid" 2>/dev/null || return 1
  grep -q dockerd "/proc/$pid/comm" 2>/dev/null || return 1
  echo "$pid"
}

end_engine() {
  pid=$(engine_pid) || {
    rm -f "$pid_file"
    return 0
  }
  kill -CONT "$pid" 2>/dev/null || true
  kill -TERM "$pid" 2>/dev/null || true
  waited=0
  while kill -0 "$pid" 2>/dev/null; do
    waited=$((waited + 1))
    if [ "$waited" -gt 60 ]; then
      say "process $pid does not end; killing it"
      kill -KILL "$pid" 2>/dev/null || true
      break
    fi
    sleep 0.5
  done
  rm -f "$pid_file"
}

stop() {
  if pid=$(engine_pid); then
    end_engine
    say "ended the engine that was started here (process $pid)"
  else
    say "no engine was started from here; nothing to stop"
  fi
}

# An image for the demo and the tests, from the distribution's static busybox: no registry needed.
make_image() {
  if DOCKER_HOST=$host docker image inspect "$image" >/dev/null 2>&1; then
    say "image $image is there"
    return 0
  fi
  mkdir -p "$state"
  busybox=$(static_busybox)
  root=$(mktemp -d "${TMPDIR:-/tmp}/meseta-image.XXXXXX")
  mkdir -p "$root/bin" "$root/etc" "$root/tmp" "$root/root" "$root/home" "$root/var" "$root/proc" \
    "$root/sys" "$root/dev" "$root/mnt/mesos/sandbox"
  chmod 1777 "$root/tmp"
  cp "$busybox" "$root/bin/busybox"
  chmod 755 "$root/bin/busybox"
  for applet in $("$busybox" --list); do
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/sh\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  tar -C "$root" --owner 0 --group 0 --numeric-owner -cf - . |
    DOCKER_HOST=$host docker import -c 'ENV PATH=/bin' -c 'CMD ["/bin/sh"]' - "$image" >/dev/null ||
    fail "docker import could not make $image"
  rm -rf "$root"
  say "made image $image from $busybox"
}

# A busybox that needs no libraries: the image has none.
static_busybox() {
  for candidate in /bin/busybox /usr/bin/busybox; do
    if [ -x "$candidate" ] && is_static "$candidate"; then
      echo "$candidate"
      return 0
    fi
  done
  # busybox and busybox-static replace each other; the program is there, but not static.
  install_missing meseta-no-such-program busybox-static
  for candidate in /bin/busybox /usr/bin/busybox; do
    if [ -x "$candidate" ] && is_static "$candidate"; then
      echo "$candidate"
      return 0
    fi
  done
  fail "busybox-static is installed, but no static busybox is at /bin/busybox"
}

is_static() {
  # A static program names no interpreter; ldd says so and fails.
  ! ldd "$1" >/dev/null 2>&1
}

case ${1:-} in
  ensure) ensure ;;
  image)
    ensure
    make_image
    ;;
  stop) stop ;;
  pid) engine_pid ;;
  *)
    sed -n '2,13s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
