# shellcheck shell=bash
# Runs every test: sets up what they need, keeps Maven's whole output in a file, shows the lines
# that a reader looks for, and takes down again what was set up.
: "${here:?}" "${work_dir:?}"

run_tests() {
  local log=$work_dir/test.log status=0 start=$SECONDS
  mkdir -p "$work_dir"
  cd "$here" || exit
  set_up_engine
  note "running the tests (whole output: ${log#"$here"/}) ..."
  run_verify "$log" "$@" || status=$?
  print_totals "$log"
  if ((status != 0)); then
    note "the tests failed after $((SECONDS - start)) s: see the first [ERROR] above, or ${log#"$here"/}"
  else
    note "the tests passed in $((SECONDS - start)) s"
  fi
  exit "$status"
}

# A Docker engine and the image. An engine that was not there before is ended in the end.
set_up_engine() {
  local engine=$here/scripts/docker-engine.sh
  "$engine" pid >/dev/null 2>&1 || trap end_engine EXIT
  "$engine" image || die "the tests need a Docker engine; what to do is said above."
}

end_engine() {
  local engine=$here/scripts/docker-engine.sh
  ! "$engine" pid >/dev/null 2>&1 || "$engine" stop
}

# Maven runs beside this shell, which would otherwise not hear a signal before the end.
run_verify() {
  local log=$1 pipe maven filter status=0
  shift
  pipe=$work_dir/test.pipe
  rm -f "$pipe"
  mkfifo "$pipe"
  tee "$log" <"$pipe" | readable_maven &
  filter=$!
  JAVA_HOME=${jdk_home:?} ./mvnw --batch-mode verify "$@" >"$pipe" 2>&1 </dev/null &
  maven=$!
  # shellcheck disable=SC2064  # the process of now is meant
  trap "kill -TERM $maven 2>/dev/null" INT TERM
  wait "$maven" || status=$?
  trap - INT TERM
  wait "$filter" || true
  rm -f "$pipe"
  return "$status"
}

# Keeps modules, test counts, warnings and errors with what belongs to them; what tests print, and
# the plugins' chatter, is in the file only.
readable_maven() {
  awk '
    /^\[INFO\] (Building Meseta|Tests run:|BUILD |Reactor Summary|Total time:|Meseta )/ { follow = 0; show(); next }
    /^\[INFO\]/ { follow = 0; next }
    /^\[(WARNING|ERROR)\]/ { follow = 1; show(); next }
    follow { show() }
    function show() { print; fflush() }'
}

# One line over all modules, summed from the summaries that end each run of tests; the lines of
# single classes tell their time, the summaries do not.
print_totals() {
  awk '
    /^\[(INFO|WARNING|ERROR)\] Tests run: [0-9]+, / && !/Time elapsed/ {
      gsub(/[^0-9 ]/, "")
      run += $1; failures += $2; errors += $3; skipped += $4
    }
    END {
      printf "Tests run: %d, Failures: %d, Errors: %d, Skipped: %d (all modules)\n",
        run, failures, errors, skipped
    }' "$1"
}
