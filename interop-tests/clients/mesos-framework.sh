#!/usr/bin/env bash
# Runs mesos-framework (Node.js), unmodified, against a master and an agent of this build.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: mesos-framework.sh [--source DIR]
Run the scheduler of the npm package mesos-framework against Meseta: it keeps its
id and its tasks in ZooKeeper, launches, ends, comes back, reconciles, kills and
tears down; then again, asking a master that does not lead.

  --source DIR   A directory with node_modules/mesos-framework in it; default is
                 what npm installs.
Exit codes: 0 all was as with Mesos, 1 it was not, 2 the command line is wrong.
HELP
}

source=''
while (($# > 0)); do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --source)
      (($# > 1)) || { usage >&2 && exit 2; }
      source=$(cd "$2" && pwd)
      shift 2
      ;;
    *) usage >&2 && exit 2 ;;
  esac
done

# shellcheck source=interop-tests/clients/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/mesos-framework" && pwd)
need node curl

# The client writes its own logs below the directory that it is started in.
mkdir -p "$work/node/logs"
cp "$here"/* "$work/node/"
cd "$work/node"
if [[ -n $source ]]; then
  ln -s "$source/node_modules" node_modules
else
  need npm
  say "installing mesos-framework"
  run npm 300 npm install --no-audit --no-fund
fi
echo "mesos-framework $(node -p 'require("mesos-framework/package.json").version')" \
  "on Node.js $(node --version)"

# shellcheck disable=SC2119  # without options
start_cluster
zookeeper=${zk#zk://}
zookeeper=${zookeeper%/*}
say "a framework that starts tasks and ends without them"
run start 90 node framework.js first "$master" "$zookeeper" start
say "the same comes back, finds its tasks and kills them"
run return 90 node framework.js first "$master" "$zookeeper" return
expect_metric master/tasks_finished 1
expect_metric master/tasks_killed 2
say "another, which asks a master that does not lead"
# shellcheck disable=SC2119  # without options
start_standby
run redirected 90 node framework.js second "$standby" "$zookeeper" start
run redirected-return 90 node framework.js second "$standby" "$zookeeper" return
expect_metric master/tasks_killed 4
say "all is well"
