# shellcheck shell=bash
# Builds the program when its sources have changed. A distribution lies in a folder named by the
# hash of all that went into it, so "is it stale" is "does the folder exist", a daemon that runs
# from an older one is not disturbed, and going back to an earlier state costs nothing.
# Sets distribution.
: "${here:?}" "${work_dir:?}"

readonly distributions=$here/cli/target/distributions
readonly distributions_kept=3
distribution=

ensure_built() {
  mkdir -p "$work_dir" "$distributions" ||
    die "cannot write below $here; Meseta builds itself there on first use."
  distribution=$distributions/$(source_hash)
  [[ -e $distribution/lib ]] && return 0
  # Two at once would write into the same target folders.
  exec 9>"$work_dir/build.lock"
  if command -v flock >/dev/null && ! flock -n 9; then
    note "another build is going on here; waiting for it ..."
    flock 9
  fi
  [[ -e $distribution/lib ]] || build_distribution
  exec 9>&-
}

build_distribution() {
  local fresh=$distribution.new log=$work_dir/build.log
  rm -rf "$fresh"
  if run_build "$fresh" "$log"; then
    mv "$fresh" "$distribution"
    prune_distributions
  else
    rm -rf "$fresh"
    clear_progress
    tail -n 40 "$log" >&2
    die "the build failed; the end of $log is above."
  fi
}

# What a distribution is made from: every file that can change it, by content.
source_hash() (
  cd "$here" || exit
  {
    find . -maxdepth 3 -name pom.xml -not -path '*/target/*' -print0
    find .mvn -type f -print0
    find . -path ./target -prune -o -path '*/src/main/*' -type f -print0
  } | sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-16
)

run_build() {
  local fresh=$1 log=$2 maven status=0 start=$SECONDS
  (
    cd "$here" || exit
    JAVA_HOME=${jdk_home:?} exec ./mvnw --batch-mode --projects cli --also-make package \
      -Dmaven.test.skip=true -Dspotless.check.skip=true "-Dmeseta.distribution=$fresh"
  ) >"$log" 2>&1 9>&- &
  maven=$!
  # shellcheck disable=SC2064  # the process of now is meant
  trap "kill -TERM $maven 2>/dev/null; exit 130" INT TERM
  while kill -0 "$maven" 2>/dev/null; do
    show_progress "building: $(build_step "$log")" $((SECONDS - start))
    sleep 1
  done
  wait "$maven" || status=$?
  trap - INT TERM
  clear_progress
  ((status == 0)) || return "$status"
  note "built in $((SECONDS - start)) s"
}

# The module and the step that Maven's log has come to, such as "[3/8] Master, compiler".
build_step() {
  awk '
    /^\[INFO\] Building .* \[[0-9]+\/[0-9]+\]$/ {
      count = $NF; name = $0
      sub(/^\[INFO\] Building (Meseta :: )?/, "", name); sub(/ [^ ]+ +\[[0-9]+\/[0-9]+\]$/, "", name)
      step = ""
    }
    /^\[INFO\] --- / { step = $3; sub(/:.*/, "", step) }
    END {
      if (count == "") print "getting Maven and its plugins"
      else print count " " name (step == "" ? "" : ", " step)
    }' "$1"
}

# Some old ones stay: daemons may be running from them.
prune_distributions() {
  local old
  find "$distributions" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %p\n' | sort -rn |
    tail -n +$((distributions_kept + 1)) | cut -d ' ' -f 2- |
    while IFS= read -r old; do rm -rf "$old"; done
}
