# Starts the processes of an agent's containers: one container per line of standard input, by id,
# until its end. It runs in the directory of RunFiles, where start/ID says what to run and state/ID
# takes what becomes of it, a line each:
#
#   supervisor STAT   before start/ID is looked at
#   child STAT        just before the container's program replaces the shell; STAT is /proc/PID/stat
#   refused REASON    instead, if it cannot come to that
#   exited CODE       last; 128 + n for signal n
#
# A supervisor is nobody's child but init's, and waits outside of the container's control groups: it
# survives the agent as well as whatever happens to the container.

refuse() {
  printf 'refused %s\n' "$1" >>"$state"
  exit 1
}

child() {
  cd "$sandbox" || refuse "the sandbox is not there"
  join || refuse "the process could not join the container's control groups"
  adjust || refuse "oom_score_adj could not be set"
  exec >>stdout 2>>stderr
  read -r me </proc/self/stat
  printf 'child %s\n' "$me" >>"$state" || exit 1
  run
}

supervise() {
  id=$1
  state=$PWD/state/$id
  [ -f "$state" ] || exit
  read -r me </proc/self/stat
  printf 'supervisor %s\n' "$me" >>"$state"
  # It is gone if the launch was given up meanwhile.
  [ -f "start/$id" ] || exit
  . "./start/$id"
  child &
  wait "$!"
  code=$?
  # A disk may be full for a while; with the file gone, nobody wants to know any more.
  until [ ! -f "$state" ] || printf 'exited %s\n' "$code" >>"$state"; do
    sleep 1
  done
}

umask 022
# The shell that reads the next line is there before the line is.
while (
  IFS= read -r container || exit 1
  supervise "$container" </dev/null &
); do
  :
done
