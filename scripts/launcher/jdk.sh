# shellcheck shell=bash
# Finds the newest JDK of this machine, or installs the distribution's.
# Sets jdk_home and jdk_major.
: "${work_dir:?}"

readonly oldest_jdk=21
jdk_home=
jdk_major=0

find_jdk() {
  if [[ -n ${MESETA_JAVA_HOME:-} ]]; then
    use_jdk "$MESETA_JAVA_HOME" && return 0
    die "MESETA_JAVA_HOME is $MESETA_JAVA_HOME, which is no working JDK $oldest_jdk or newer." \
      "Correct it, or unset it to have one looked for."
  fi
  use_newest_jdk && return 0
  install_jdk || explain_jdk
  use_newest_jdk || explain_jdk
}

# Newest first; the first that runs is taken. Of two of one version, the earlier candidate.
use_newest_jdk() {
  local home
  while IFS= read -r home; do
    use_jdk "$home" && return 0
  done < <(jdk_candidates | rank_jdks)
  return 1
}

# Takes a JDK if it is new enough and runs at all: a folder may hold one for another processor.
use_jdk() {
  local version
  version=$(jdk_version "$1") || return 1
  ((${version%%.*} >= oldest_jdk)) || return 1
  "$1/bin/java" -Xshare:auto -version >/dev/null 2>&1 || return 1
  # shellcheck disable=SC2034  # read by the other files
  jdk_home=$1
  # shellcheck disable=SC2034
  jdk_major=${version%%.*}
}

# Folders where a JDK may be, one a line, the user's own choices first.
jdk_candidates() {
  local program folder
  [[ -z ${JAVA_HOME:-} ]] || printf '%s\n' "$JAVA_HOME"
  for program in javac java; do
    if program=$(command -v "$program"); then
      program=$(readlink -f -- "$program")
      printf '%s\n' "${program%/bin/*}"
    fi
  done
  for folder in /usr/lib/jvm/* /usr/java/* /usr/local/openjdk-* /usr/local/*jdk* /opt/* \
    /opt/java/* /opt/jdk/* "${HOME:-/root}"/.sdkman/candidates/java/* "${HOME:-/root}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [[ ! -x $folder/bin/javac ]] || printf '%s\n' "$folder"
  done
}

# Reads folders, prints those with a compiler, the newest version first, each only once.
rank_jdks() {
  local home version order=0
  while IFS= read -r home; do
    version=$(jdk_version "$home") || continue
    order=$((order + 1))
    printf '%s\t%d\t%s\n' "$version" "$order" "$(readlink -f -- "$home")"
  done | sort -t $'\t' -k1,1Vr -k2,2n | cut -f 3 | awk '!seen[$0]++'
}

# Prints a JDK's version, such as 25.0.3; fails where there is no compiler.
jdk_version() {
  local version=
  [[ -x $1/bin/javac && -x $1/bin/java ]] || return 1
  if [[ -r $1/release ]]; then
    version=$(sed -n 's/^JAVA_VERSION="\([0-9][0-9.]*\).*/\1/p' "$1/release")
  fi
  if [[ -z $version ]]; then
    version=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9][0-9.]*\).*/\1/p')
  fi
  [[ -n $version ]] || return 1
  printf '%s\n' "$version"
}

install_jdk() {
  is_debian_like || return 1
  [[ $(id -u) == 0 ]] || return 1
  command -v apt-get >/dev/null || return 1
  local log=$work_dir/apt.log package
  mkdir -p "$work_dir"
  package=$(distribution_jdk)
  if [[ -z $package ]]; then
    note "no JDK $oldest_jdk or newer here; reading the distribution's package lists ..."
    apt-get update >"$log" 2>&1 || note "apt-get update failed, see $log; trying with the old lists"
    package=$(distribution_jdk)
  fi
  [[ -n $package ]] || return 1
  note "no JDK $oldest_jdk or newer here; installing $package (log: $log) ..."
  install_package "$package" "$log" || {
    # The lists may be older than the archive.
    apt-get update >>"$log" 2>&1 || true
    install_package "$package" "$log"
  } || {
    tail -n 15 "$log" >&2
    die "apt-get could not install $package; the end of $log is above."
  }
}

install_package() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    -o DPkg::Lock::Timeout=120 "$1" >>"$2" 2>&1 </dev/null
}

# The newest long-term JDK that the package lists name; empty when they have none new enough.
distribution_jdk() {
  apt-cache pkgnames openjdk- 2>/dev/null | sed -n 's/^openjdk-\([0-9]*\)-jdk-headless$/\1/p' |
    sort -n | awk -v oldest="$oldest_jdk" '$1 >= oldest && ($1 - 21) % 4 == 0 { newest = $1 }
      $1 >= oldest { any = $1 }
      END { if (newest == "") newest = any; if (newest != "") print "openjdk-" newest "-jdk-headless" }'
}

is_debian_like() {
  [[ -r /etc/os-release ]] && grep -Eq '^(ID|ID_LIKE)=.*(debian|ubuntu)' /etc/os-release
}

explain_jdk() {
  {
    echo "meseta: needs a JDK $oldest_jdk or newer (a JRE is not enough: it builds itself), and there is none in"
    echo "JAVA_HOME, PATH, /usr/lib/jvm, /usr/java, /usr/local, /opt, ~/.sdkman or ~/.jdks. Do one of these:"
    if is_debian_like && [[ -n $(distribution_jdk) ]]; then
      echo "  - as root: apt-get install $(distribution_jdk)"
    elif is_debian_like; then
      echo "  - Your distribution has none that is new enough (Debian 13 and Ubuntu 22.04 have"
      echo "    openjdk-21-jdk-headless). Eclipse Temurin has packages for yours; as root:"
      echo "      apt-get install -y wget gpg"
      echo "      wget -qO- https://packages.adoptium.net/artifactory/api/gpg/key/public |"
      echo "        gpg --dearmor >/usr/share/keyrings/adoptium.gpg"
      echo "      echo \"deb [signed-by=/usr/share/keyrings/adoptium.gpg]" \
        "https://packages.adoptium.net/artifactory/deb $(codename) main\" \\"
      echo "        >/etc/apt/sources.list.d/adoptium.list"
      echo "      apt-get update && apt-get install -y temurin-25-jdk"
    fi
    echo "  - install one by hand: https://adoptium.net/installation/"
    echo "  - name one that is there: MESETA_JAVA_HOME=/path/to/jdk ./meseta ..."
  } >&2
  exit 1
}

codename() {
  sed -n 's/^VERSION_CODENAME=//p' /etc/os-release
}
