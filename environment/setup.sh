#!/usr/bin/env bash
# Makes notebooks run on this machine: Jupyter, a Java kernel and the built library.
#
#   environment/setup.sh [--kernel adversaria|ijava|rapaio] [--kernel-archive FILE]
#                        [--unchecked] [--jupyter auto|installed|venv|debian] [--gpu|--cpu] [--library|--spark]
#
#   --kernel          adversaria: the project's own, from environment/kernel; ijava: IJava 1.3.0 from
#                     its archive; rapaio: the Rapaio Jupyter Kernel 3.0.1 from Maven Central
#   --kernel-archive  IJava's release archive, ijava-1.3.0.zip; needed once for --kernel ijava
#   --unchecked       takes a kernel archive whose jar is not the one of IJava 1.3.0
#   --jupyter         installed: a Jupyter that is already there; venv: an own one, from
#                     requirements.txt; debian: Debian's packages (as root); auto: the first that works
#   --gpu, --cpu      with which PyTorch the library is built; --gpu fetches the CUDA build at first use
#   --library         only the built library, which is all that adversaria.sh needs
#   --spark           only the library and the module for Spark, for adversaria.sh sweep and --master
#
# Choices are remembered. A second run does only what is missing or out of date, in about a second.
# Everything lies in environment/.local, which may be deleted at any time.

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

ijava_jar=ijava-1.3.0.jar
rapaio_artifact=io.github.padreati:rapaio-jupyter-kernel:3.0.1
rapaio_jar=rapaio-jupyter-kernel-3.0.1.jar
rapaio_sha256=cffac185dafff9a4d62ffdbeb357822b56931c41421c576314a84d3605addd09
dependency_plugin=org.apache.maven.plugins:maven-dependency-plugin:3.9.0
debian_packages="jupyter-notebook jupyter-nbconvert python3-nbclient"
kernel_dir=$local_dir/kernels
documented=api,basicdataset,pytorch-engine,tablesaw-core,xchart

kernel='' archive='' unchecked='' jupyter='' build='' library='' quiet=''
while [ $# -gt 0 ]; do
  case $1 in
    --kernel | --kernel-archive | --jupyter)
      [ $# -ge 2 ] || die "$1 needs a value"
      ;;
  esac
  case $1 in
    --kernel) kernel=$2 && shift ;;
    --kernel-archive) archive=$2 && shift ;;
    --unchecked) unchecked=--unchecked ;;
    --jupyter) jupyter=$2 && shift ;;
    --gpu | --cpu) build=${1#--} ;;
    --library) library=lib ;;
    --spark) library=lib/spark ;;
    --quiet) quiet=yes ;; # says nothing when there is nothing to do
    -h | --help) usage && exit ;;
    *) die "unknown option $1; see environment/setup.sh --help" ;;
  esac
  shift
done
case $kernel in '' | adversaria | ijava | rapaio) ;;
  *) die "--kernel is adversaria, ijava or rapaio, not $kernel" ;;
esac
case $jupyter in '' | auto | installed | venv | debian) ;;
  *) die "--jupyter is auto, installed, venv or debian, not $jupyter" ;;
esac
if [ -n "$archive" ]; then
  [ -f "$archive" ] || die "--kernel-archive: no such file: $archive"
  case $kernel in '' | ijava) ;;
    *) die "--kernel-archive is IJava's; it does not go with --kernel $kernel" ;;
  esac
fi

# ---- Java and Maven -------------------------------------------------------------------------------

# Sets java_home to a JDK 17 or newer: JAVA_HOME's, else the one of the java on the PATH.
find_java() {
  local modules version
  if [ -n "${JAVA_HOME:-}" ]; then
    java_home=$JAVA_HOME
    [ -x "$java_home/bin/java" ] || die "JAVA_HOME is $JAVA_HOME, and there is no bin/java in it"
  else
    command -v java >/dev/null || die "no java on the PATH; install a JDK, version 17 or newer"
    java_home=$(java -XshowSettings:properties -version 2>&1 |
      sed -n 's/^ *java\.home = //p')
  fi
  modules=$("$java_home/bin/java" --list-modules 2>/dev/null) ||
    die "$java_home is too old; install a JDK, version 17 or newer"
  version=$(printf '%s\n' "$modules" | sed -n 's/^java\.base@\([0-9]*\).*/\1/p')
  [ "${version:-0}" -ge 17 ] || die "$java_home is Java ${version:-?}; the library needs 17 or newer"
  case $modules in
    *jdk.jshell*) ;;
    *) die "$java_home is no full JDK (it has no JShell); install a JDK, version 17 or newer" ;;
  esac
  [ -x "$java_home/bin/javac" ] || die "$java_home has no javac; install a JDK, not a JRE"
  command -v mvn >/dev/null || die "no mvn on the PATH; install Maven, version 3.6.3 or newer"
}

# ---- Jupyter --------------------------------------------------------------------------------------

python_is_fit() { # PYTHON: can it execute and convert notebooks?
  [ -x "$1" ] && "$1" -c '
import sys
import jupyter_client, nbclient, nbconvert, nbformat
good = sys.version_info >= (3, 9) and int(nbconvert.__version__.split(".")[0]) >= 6
sys.exit(0 if good else 1)' >/dev/null 2>&1
}

# The interpreter of the jupyter command, then the usual ones.
candidate_pythons() {
  local command first
  if command=$(command -v jupyter); then
    first=$(head -n 1 "$command" | tr -d '\0')
    case $first in
      '#!'*python*) first=${first#'#!'} && printf '%s\n' "${first%% *}" ;;
    esac
  fi
  command -v python3 || true
  printf '%s\n' /usr/bin/python3 /usr/local/bin/python3 /opt/homebrew/bin/python3
}

installed_jupyter() {
  local candidate
  while read -r candidate; do
    if python_is_fit "$candidate"; then
      python=$candidate
      return 0
    fi
  done <<EOF
$(candidate_pythons)
EOF
  return 1
}

make_venv() {
  rm -rf "$local_dir/venv"
  # Only files that requirements.txt knows by their checksum, and no code of theirs is run.
  python3 -m venv "$local_dir/venv" &&
    "$local_dir/venv/bin/python" -m pip install --disable-pip-version-check --no-input \
      --timeout 10 --retries 1 --require-hashes --only-binary :all: -r "$here/requirements.txt"
}

venv_jupyter() {
  python=$local_dir/venv/bin/python
  # The copy is made last and tells that the environment is whole and up to date.
  if cmp -s "$here/requirements.txt" "$local_dir/venv/requirements.txt" && python_is_fit "$python"; then
    return 0
  fi
  command -v python3 >/dev/null || return 1
  quietly jupyter "installing Jupyter into environment/.local/venv" make_venv || return 1
  python_is_fit "$python" || return 1
  cp "$here/requirements.txt" "$local_dir/venv/requirements.txt"
}

install_debian_packages() {
  # shellcheck disable=SC2086 # a list
  apt-get -o Acquire::http::Timeout=20 -q update &&
    DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::http::Timeout=20 -q -y \
      install --no-install-recommends $debian_packages
}

debian_jupyter() {
  python=/usr/bin/python3
  if python_is_fit "$python"; then return 0; fi
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then return 1; fi
  quietly jupyter "installing Debian's packages $debian_packages" install_debian_packages || return 1
  python_is_fit "$python"
}

# Sets python to an interpreter with Jupyter.
find_jupyter() {
  python=$(remembered python)
  if [ -z "$jupyter" ] && python_is_fit "$python"; then
    case $python in
      "$local_dir"/*) cmp -s "$here/requirements.txt" "$local_dir/venv/requirements.txt" && return ;;
      *) return ;;
    esac
  fi
  case ${jupyter:-auto} in
    auto)
      installed_jupyter || venv_jupyter || {
        say "  no own Jupyter could be made; see environment/.local/log/jupyter.log"
        debian_jupyter
      } || no_jupyter
      ;;
    *) "${jupyter}_jupyter" || no_jupyter ;;
  esac
  remember python "$python"
}

no_jupyter() {
  if [ -f "$log_dir/jupyter.log" ]; then show_log jupyter 8; fi
  say "Jupyter is missing. Do one of these, then run this again:"
  say "  pip install -r environment/requirements.txt"
  say "  apt-get install $debian_packages      (Debian, Ubuntu)"
  say "  apt-get install python3-venv, or connect to the network: then it is installed from here"
  exit 1
}

# ---- the library and the modules on top of it --------------------------------------------------------

# One number for all that a module is built from, the choice of PyTorch included.
fingerprint() { # FILE_OR_FOLDER...
  (cd "$root" && find "$@" -type f -print | LC_ALL=C sort |
    tr '\n' '\0' | xargs -0 cksum) | cat - <(echo "$build") | cksum
}

# Built from these very files, not rebuilt by somebody else since, and its dependencies still there.
is_fresh() { # MODULE STATE
  local jar target=$root/$1/target entry
  local list=$target/classpath.txt mark=$target/environment.txt
  jar=$(built_jar "$1")
  [ -n "$jar" ] && [ -f "$list" ] && [ -f "$mark" ] && [ "$(cat "$mark")" = "$2" ] || return 1
  if [ "$jar" -nt "$mark" ] || [ "$list" -nt "$mark" ]; then return 1; fi
  while IFS= read -r entry; do
    [ -e "$entry" ] || return 1
  done <<EOF
$(tr ':' '\n' <"$list")
EOF
}

build_module() {
  local profile=()
  if [ "$build" = gpu ]; then profile=(-Pgpu); fi
  (cd "$root" && mvn -B -Dmaven.test.skip=true -pl "$1" -am ${profile[@]+"${profile[@]}"} package)
}

# Builds the library, and a module on top of it if that is asked for.
make_module() { # lib | lib/spark | environment/kernel
  local library module=''
  build=${build:-$(remembered build)}
  build=${build:-cpu}
  library=$(fingerprint pom.xml lib/pom.xml lib/src/main)
  if [ "$1" != lib ]; then
    module=$(fingerprint pom.xml lib/pom.xml lib/src/main "$1/pom.xml" "$1/src/main")
  fi
  if ! is_fresh lib "$library" || { [ -n "$module" ] && ! is_fresh "$1" "$module"; }; then
    quietly build "building the library (the first time Maven downloads its parts)" build_module "$1" || {
      grep -E '^\[ERROR\]' "$log_dir/build.log" | head -n 20 | sed 's/^/  | /' >&2 || true
      die "the library could not be built; all of Maven's output is in environment/.local/log/build.log"
    }
    printf '%s\n' "$library" >"$root/lib/target/environment.txt"
    if [ -n "$module" ]; then printf '%s\n' "$module" >"$root/$1/target/environment.txt"; fi
  fi
  remember build "$build"
}

# ---- the kernel -----------------------------------------------------------------------------------

sha256_of() { "$python" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$1"; }

get_ijava() {
  if [ -n "$archive" ]; then
    "$python" "$here/kernel.py" unpack ${unchecked:+"$unchecked"} "$archive" "$kernel_dir/$ijava_jar" || exit 1
  fi
  [ -f "$kernel_dir/$ijava_jar" ] || die "IJava is taken from its release archive: download ijava-1.3.0.zip from
  https://github.com/SpencerPark/IJava/releases/tag/v1.3.0
and give it with --kernel-archive FILE"
}

copy_rapaio() { # from a folder without a pom, so that Maven is not asked about the project
  (cd "$kernel_dir" && mvn -B "$dependency_plugin:copy" -Dartifact="$rapaio_artifact" \
    -DoutputDirectory="$kernel_dir/new" -Dmdep.overWriteReleases=true)
}

get_rapaio() {
  if [ -f "$kernel_dir/$rapaio_jar" ]; then return 0; fi
  quietly kernel "fetching the Rapaio Jupyter Kernel 3.0.1 from Maven Central" copy_rapaio || {
    show_log kernel
    return 1
  }
  [ "$(sha256_of "$kernel_dir/new/$rapaio_jar")" = "$rapaio_sha256" ] ||
    die "the checksum of $kernel_dir/new/$rapaio_jar is wrong; delete it and try again"
  mv "$kernel_dir/new/$rapaio_jar" "$kernel_dir/$rapaio_jar"
  rmdir "$kernel_dir/new"
}

# Sets kernel to the one in use and jar to its jar.
find_kernel() {
  if [ -z "$kernel" ]; then
    if [ -n "$archive" ]; then kernel=ijava; else kernel=$(remembered kernel-choice); fi
  fi
  kernel=${kernel:-adversaria}
  mkdir -p "$kernel_dir"
  case $kernel in
    adversaria) jar=$(built_jar environment/kernel) ;;
    ijava) get_ijava && jar=$kernel_dir/$ijava_jar ;;
    rapaio)
      get_rapaio || die "the Rapaio kernel could not be had from Maven Central"
      jar=$kernel_dir/$rapaio_jar
      ;;
  esac
  remember kernel-choice "$kernel"
}

# ---- Javadoc for Shift+Tab ------------------------------------------------------------------------

copy_sources() {
  (cd "$root" && mvn -B -pl lib dependency:copy-dependencies -Dclassifier=sources \
    -DincludeArtifactIds="$documented" -DoutputDirectory="$local_dir/sources.new")
}

# Sources of what cells call beside the library. Without them Shift+Tab shows signatures only.
get_sources() {
  local state
  state="$documented $(cksum <"$root/pom.xml")"
  if [ "$(remembered sources-of)" = "$state" ]; then return; fi
  rm -rf "$local_dir/sources.new"
  if quietly sources "fetching sources, for Javadoc in notebooks" copy_sources; then
    rm -rf "$local_dir/sources"
    mv "$local_dir/sources.new" "$local_dir/sources"
  else
    say "  not to be had; Shift+Tab shows Javadoc of the library only (environment/.local/log/sources.log)"
  fi
  remember sources-of "$state"
}

# ---------------------------------------------------------------------------------------------------

find_java
mkdir -p "$local_dir"
if [ -n "$library" ]; then
  make_module "$library"
  exit
fi
find_jupyter
make_module environment/kernel
find_kernel
get_sources
"$python" "$here/kernel.py" spec --kernel "$kernel" --jar "$jar" --root "$root" \
  --java-home "$java_home" --jupyter-path "$jupyter_path" --sources "$local_dir/sources"

if [ -z "$quiet" ]; then
  say "Jupyter: $python"
  say "kernel:  $(basename "$jar" .jar), started by $java_home/bin/java"
  say "library: $(built_jar lib) ($build)"
  if [ "$build" = cpu ] && command -v nvidia-smi >/dev/null; then
    say "An NVIDIA GPU seems to be here: environment/setup.sh --gpu builds the library for it."
  fi
  say "ready: environment/run.sh NOTEBOOK..., or environment/jupyter.sh"
fi
