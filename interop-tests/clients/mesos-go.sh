#!/usr/bin/env bash
# Runs mesos-go (Go), unmodified, against a master and an agent of this build.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: mesos-go.sh --source DIR [--gopath DIRS]
Build mesos-go's example scheduler, example executor, msh and mwatch, and an
operator client on its library, and run them against Meseta.

  --source DIR    A checkout of https://github.com/mesos/mesos-go
                  (branch mesos-1.10.x).
  --gopath DIRS   Where Go finds what mesos-go needs, as src/… below each of
                  these directories, separated by colons; default is
                  /usr/share/gocode, where Debian's packages
                  golang-github-mesos-mesos-go-dev and
                  golang-github-prometheus-client-golang-dev put it.
Exit codes: 0 all was as with Mesos, 1 it was not, 2 the command line is wrong.
HELP
}

source='' gopath=/usr/share/gocode
while (($# > 0)); do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --source | --gopath)
      (($# > 1)) || { usage >&2 && exit 2; }
      printf -v "${1#--}" %s "$2"
      shift 2
      ;;
    *) usage >&2 && exit 2 ;;
  esac
done
[[ -n $source ]] || { usage >&2 && exit 2; }
source=$(cd "$source" && pwd)

# shellcheck source=interop-tests/clients/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/mesos-go" && pwd)
need go curl

say "building mesos-go"
mkdir -p "$work/go/src/github.com/mesos"
cp -r "$source" "$work/go/src/github.com/mesos/mesos-go"
# The example scheduler asks client_golang for a function that its releases since 1.0 lack. It is
# added to a copy of that library; mesos-go stays as it is.
library=src/github.com/prometheus/client_golang
for from in ${gopath//:/ }; do
  if [[ -d $from/$library && ! -d $work/go/$library ]]; then
    mkdir -p "$work/go/$(dirname "$library")"
    cp -rL "$from/$library" "$work/go/$library"
  fi
done
cp "$here/prometheus_handler.go" "$work/go/$library/prometheus/"
export GO111MODULE=off GOPATH=$work/go:$gopath GOBIN=$work/bin
cd "$work/go/src/github.com/mesos/mesos-go"
run build 900 go install ./api/v1/cmd/...
run build-operator 600 go build -o "$work/bin/operator" "$here/operator/main.go"
cd "$work"
go version

# shellcheck disable=SC2119  # without options
start_cluster
say "the operator's calls, in protobuf and in JSON"
for codec in protobuf json; do
  run "operator-$codec" 60 bin/operator -master "$master" -agent "$agent" -codec "$codec"
done

say "mwatch follows, msh runs a command and a pod"
background mwatch bin/mwatch -master "${master%:*}" -port "${master#*:}"
run msh 60 bin/msh -master "$master" -- true
run msh-pod 60 bin/msh -master "$master" -pod -- sh -c 'exit 0'
status=0
timeout 60 bin/msh -silent -master "$master" -- sh -c 'exit 3' 2>"$work/msh-failing.log" ||
  status=$?
((status != 0)) || die "msh does not see that its command has failed"
expect_metric master/tasks_finished 2
expect_metric master/tasks_failed 1
heard mwatch 'TASK_UPDATED .* (TASK_STARTING)' >/dev/null
heard mwatch 'TASK_UPDATED .* (TASK_FINISHED)' >/dev/null
heard mwatch 'TASK_UPDATED .* (TASK_FAILED)' >/dev/null

example() {
  local name=$1 to=$2
  shift 2
  # Its exit code says nothing: it is 1 at the end of its mission, as that cancels its own calls.
  timeout 120 bin/example-scheduler -url "http://$to/api/v1/scheduler" \
    -executor "$work/bin/example-executor" -exec.image '' -server.address 127.0.0.1 \
    -tasks 3 -cpu 0.2 -verbose -checkpoint "$@" >"$work/$name.log" 2>&1 || true
  grep -q 'mission accomplished' "$work/$name.log" || die "$name did not come to its end"
}

say "the example scheduler with its executor, which the agent fetches"
example scheduler "$master"
example compressed "$master" -compression
expect_metric master/tasks_finished 8
say "the same with a secret"
stop_cluster
make_credentials
start_cluster --credentials="$work/credentials" --authenticate_frameworks
printf 'not a secret' >"$work/secret"
example secret "$master" -authmode basic -principal interop \
  -credentials.username interop -credentials.passwordFile "$work/secret"
expect_metric master/tasks_finished 3
say "all is well"
