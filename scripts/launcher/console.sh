# shellcheck shell=bash
# What the launcher says to people. All of it goes to stderr: stdout belongs to the program.

note() { printf '%s\n' "meseta: $*" >&2; }

die() {
  clear_progress
  printf '%s\n' "meseta: $*" >&2
  exit 1
}

progress_shown=
progress_width=0

# Shows what is going on right now. On a terminal one line is written over and over; elsewhere a
# line is printed when the step changes, and each half minute, so that no log is ever silent.
#   $1  what is being done    $2  seconds since the start
show_progress() {
  local text=$1 seconds=$2
  if [[ -t 2 ]]; then
    local line
    line=$(printf 'meseta: %s (%d s)' "$text" "$seconds")
    local columns=${COLUMNS:-80}
    line=${line:0:columns-1}
    printf '\r%-*s' "$progress_width" "$line" >&2
    progress_width=${#line}
  elif [[ $text != "$progress_shown" ]] || ((seconds % 30 == 0)); then
    printf 'meseta: %s (%d s)\n' "$text" "$seconds" >&2
  fi
  progress_shown=$text
}

# Makes room for ordinary lines again.
clear_progress() {
  if [[ -t 2 && $progress_width -gt 0 ]]; then
    printf '\r%*s\r' "$progress_width" '' >&2
  fi
  progress_width=0
}
