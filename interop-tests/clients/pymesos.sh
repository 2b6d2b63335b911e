#!/usr/bin/env bash
# Runs pymesos (Python), unmodified, against a master and an agent of this build.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: pymesos.sh [--source DIR] [--path DIRS] [--python COMMAND]
Run pymesos's scheduler, executor and operator drivers against Meseta.

  --source DIR      A checkout of https://github.com/douban/pymesos; default is
                    what pip installs.
  --path DIRS       Directories, separated by colons, in which Python finds what
                    pymesos needs (six, http-parser, addict, kazoo): nothing is
                    installed then. Needs --source.
  --python COMMAND  Which Python; default python3.
Exit codes: 0 all was as with Mesos, 1 it was not, 2 the command line is wrong.
HELP
}

source='' path='' python=python3
while (($# > 0)); do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --source | --path | --python)
      (($# > 1)) || { usage >&2 && exit 2; }
      printf -v "${1#--}" %s "$2"
      shift 2
      ;;
    *) usage >&2 && exit 2 ;;
  esac
done
[[ -z $path || -n $source ]] || { usage >&2 && exit 2; }

# shellcheck source=interop-tests/clients/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/pymesos" && pwd)
need "$python" curl

if [[ -n $path ]]; then
  export PYTHONPATH=$source:$path
else
  say "installing pymesos"
  run venv 120 "$python" -m venv "$work/venv"
  python=$work/venv/bin/python
  run pip 300 "$python" -m pip install "${source:-pymesos}"
  PYTHONPATH=$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
  export PYTHONPATH
fi
"$python" -c 'import pymesos, sys; print("pymesos", pymesos.__VERSION__, "on Python", sys.version.split()[0])'

say "a framework, found through ZooKeeper"
# shellcheck disable=SC2119  # without options
start_cluster
run framework 240 "$python" "$here/framework.py" "$zk"
say "the same, which asks a master that does not lead"
# shellcheck disable=SC2119  # without options
start_standby
run redirected 240 "$python" "$here/framework.py" "$standby"
expect_metric master/tasks_killed 8
expect_metric master/tasks_finished 2

say "the operator's calls"
run operator 120 "$python" "$here/operator_calls.py" "$master" "$agent"

say "a framework with a secret"
stop_cluster
make_credentials
start_cluster --credentials="$work/credentials" --authenticate_frameworks
run secret 240 "$python" "$here/framework.py" "$zk" interop 'not a secret'
if timeout 60 "$python" "$here/framework.py" "$zk" interop wrong >"$work/refused.log" 2>&1; then
  die "a wrong secret was accepted"
fi
grep -q 'HTTP 401' "$work/refused.log" || die "a wrong secret was not refused with 401"
say "all is well"
