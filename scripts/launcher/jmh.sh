# shellcheck shell=bash
# Runs the benchmarks of single operations. JMH is no part of the program, so it has a build of its
# own: the classes of the module, and beside them all that they need.
: "${here:?}" "${work_dir:?}"

# The arguments are JMH's: which benchmarks (a part of the name), -f forks, -prof gc, -h for all.
run_jmh() {
  local log=$work_dir/jmh-build.log
  mkdir -p "$work_dir"
  note "building the benchmarks ..."
  if ! (cd "$here" && JAVA_HOME=${jdk_home:?} ./mvnw --batch-mode --projects benchmarks --also-make \
    -Pjmh package -Dmaven.test.skip=true -Dspotless.check.skip=true) >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    die "the build failed; the end of $log is above."
  fi
  # Known since 23; without it, 24 and newer print a warning about JMH's use of Unsafe.
  local -a flags=()
  ((${jdk_major:?} < 23)) || flags+=(--sun-misc-unsafe-memory-access=allow)
  exec "$jdk_home/bin/java" ${flags[@]+"${flags[@]}"} -cp "$here/benchmarks/target/classes:$here/benchmarks/target/jmh/*" \
    org.openjdk.jmh.Main "$@"
}
