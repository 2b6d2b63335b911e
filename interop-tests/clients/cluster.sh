# shellcheck shell=bash
# shellcheck disable=SC2034  # the scripts read what is set here
# What the scripts here share: a cluster that lives as long as the script, on ports that nobody
# else has, in a directory of its own. Sets program, work, and after start_cluster zk, master and
# agent; after start_standby standby.
set -euo pipefail

# Another launcher than that of this working copy may be tried: MESETA=/opt/meseta/meseta.
program=${MESETA:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/meseta}
work=$(mktemp -d "${TMPDIR:-/tmp}/meseta-interop.XXXXXX")
readonly program work
readonly start_limit=120
# The first start may build the program.
readonly build_limit=1200
pids=()
zk='' master='' agent='' standby=''

say() { echo "== $*"; }

die() {
  echo "FAILED: $*" >&2
  exit 1
}

# The youngest first: an agent ends its tasks before its master goes.
stop_cluster() {
  local i
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    kill "${pids[i]}" 2>/dev/null || true
    wait "${pids[i]}" 2>/dev/null || true
  done
  pids=()
  rm -rf "$work/master" "$work/agent"
}

end() {
  local status=$?
  stop_cluster
  if ((status == 0)); then
    rm -rf "$work"
  else
    echo "The logs are in $work" >&2
  fi
  exit "$status"
}
trap end EXIT
trap 'exit 130' INT TERM

need() {
  local command
  for command in "$@"; do
    command -v "$command" >/dev/null || die "$command is needed and not there"
  done
}

# background NAME COMMAND...: its output goes to NAME.log; it is ended with this script.
background() {
  local name=$1
  shift
  "$@" >"$work/$name.log" 2>&1 &
  pids+=($!)
}

# heard NAME PATTERN: what the first group of the pattern matches in NAME.log, once it is there.
heard() {
  local deadline=$((SECONDS + ${3:-$start_limit})) pid=${pids[-1]} found
  while ((SECONDS < deadline)); do
    found=$(sed -nE "s/.*$2.*/\\1/p" "$work/$1.log" | head -n 1)
    [[ -n $found ]] && echo "$found" && return 0
    kill -0 "$pid" 2>/dev/null || die "$1 has ended: $(tail -n 5 "$work/$1.log")"
    sleep 0.2
  done
  die "$1 does not say '$2': $(tail -n 5 "$work/$1.log")"
}

# start_cluster [OPTION_OF_THE_MASTER...]: a leading master with its own ZooKeeper, and an agent
# that runs plain processes.
start_cluster() {
  say "starting a master and an agent"
  background master "$program" master --embedded_zk --embedded_zk_port=0 --port=0 \
    --work_dir="$work/master" "$@"
  zk=zk://$(heard master 'ZooKeeper listens on ([0-9.:]+),' "$build_limit")/meseta
  master=$(heard master 'listens on \/([0-9.:]+), ZooKeeper')
  background agent "$program" agent --master="$zk" --port=0 --work_dir="$work/agent" \
    --containerizers=process --on_stop=kill
  agent=$(heard agent 'Agent .* listens on \/([0-9.:]+),')
  heard agent 'Registered with (master)' >/dev/null
}

# A second master, which leads only to the first one.
start_standby() {
  background standby "$program" master --zk="$zk" --port=0 "$@"
  standby=$(heard standby 'listens on \/([0-9.:]+), ZooKeeper')
  heard standby '(The leader is master@)' >/dev/null
}

# A principal with a secret, in the file that --credentials takes.
make_credentials() {
  echo '{"credentials": [{"principal": "interop", "secret": "not a secret"}]}' >"$work/credentials"
  chmod 600 "$work/credentials"
}

# run NAME SECONDS COMMAND...: it has to end with 0 in that time.
run() {
  local name=$1 limit=$2
  shift 2
  timeout "$limit" "$@" >"$work/$name.log" 2>&1 ||
    die "$name ended with $?: $(tail -n 15 "$work/$name.log")"
}

page() { curl -sSf --max-time 10 "http://$master$1"; }

# expect_metric NAME VALUE: what the master has counted.
expect_metric() {
  local deadline=$((SECONDS + 10)) value=''
  while ((SECONDS < deadline)); do
    value=$(page /metrics/snapshot | tr ',{}' '\n' | sed -n "s#^\"$1\":##p")
    [[ $value == "$2" || $value == "$2.0" ]] && return 0
    sleep 0.2
  done
  die "$1 is $value, not $2"
}
