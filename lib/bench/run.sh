#!/bin/sh
# Measures the library and prints a Markdown page of what it found: step times beside a PyTorch
# script's, the FID of many features beside SciPy's, then memory and step time over 10,000 steps. See
# README.md beside this file.
#
#   lib/bench/run.sh [-o FILE]      -o writes the page to FILE as well, whole or not at all
#
# Settings, from the environment:
#   ROWS      rows of the table, may be empty         see below
#   FLOORS    rows whose floor is computed, for PyTorch from 2.1 on, may be empty   see below
#   FIRST     rows whose first step is measured, may be empty   see below
#   PROFILES  rows whose time is taken apart          biggan-32 biggan-32-bf16 cgan-28
#   FORMS     what the peer is measured as            eager channels-last compiled
#   ROUNDS    processes of each program in a row      5
#   WARMUP    steps of a process that do not count    10
#   STEPS     steps of a process that count           30, of rows with a period the next multiple of it
#   THREADS   threads of each program of the table    2
#   BYTEDECO  no: leave Bytedeco's PyTorch out        yes
#   REMEDIES  rows measured under each remedy of the engine's check, may be empty   see below
#   ADA       no: leave the time of ADA out           yes
#   LOADER    no: leave the loader out                yes
#   FID       no: leave the FID out                   yes
#   FID_ROWS  features of each of the FID's two sets  50000
#   FID_WIDTH their length                            2048
#   FID_ROUNDS  processes of each program in a row    3
#   MEMORY    no: leave the 10,000 steps out          yes
#   PYTHON    a Python with PyTorch (FID: SciPy)      the first of python3, /usr/bin/python3 with it
#   PEER_LIBRARIES  a folder of libraries that the Python program is to load first, such as a BLAS
set -eu

# sort and awk read and write numbers with a decimal point, whatever the locale.
if [ -n "${LC_ALL:-}" ]; then
  export LC_CTYPE="$LC_ALL"
  unset LC_ALL
fi
export LC_NUMERIC=C

ROWS=${ROWS-biggan-32 biggan-32-bf16 biggan-32-best biggan-32-small dcgan-32 dcgan-32-bf16 sagan-32 unet-gan-32 wgan-gp-32 csgan-64 cgan-28 cgan-28-paper stylegan2-32 stylegan2-32-bf16 stylegan2-32-best stylegan2-64-ada sample-32-bf16}
FLOORS=${FLOORS-biggan-32 biggan-32-small dcgan-32 sagan-32 unet-gan-32 wgan-gp-32 csgan-64 cgan-28 stylegan2-32}
FIRST=${FIRST-biggan-32-small dcgan-32 wgan-gp-32 stylegan2-32}
PROFILES=${PROFILES-biggan-32 biggan-32-bf16 cgan-28}
REMEDIES=${REMEDIES-biggan-32-small dcgan-32 stylegan2-32}
FORMS=${FORMS:-eager channels-last compiled}
ROUNDS=${ROUNDS:-5}
WARMUP=${WARMUP:-10}
STEPS=${STEPS:-30}
THREADS=${THREADS:-2}
BYTEDECO=${BYTEDECO:-yes}
ADA=${ADA:-yes}
LOADER=${LOADER:-yes}
FID=${FID:-yes}
FID_ROWS=${FID_ROWS:-50000}
FID_WIDTH=${FID_WIDTH:-2048}
FID_ROUNDS=${FID_ROUNDS:-3}
MEMORY=${MEMORY:-yes}

# What the JVM does with memory of its own accord is kept out of the measurement, see README.md.
flat_jvm="-Xms256m -Xmx256m -XX:+AlwaysPreTouch -XX:TieredStopAtLevel=1"

page=
while getopts o: option; do
  case $option in
    o) page=$OPTARG ;;
    *) echo "Usage: $0 [-o FILE]" >&2; exit 2 ;;
  esac
done

bench=$(cd "$(dirname "$0")" && pwd)
lib=$(dirname "$bench")
target=$lib/target
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

say() { echo "$@" >&2; }

build() {
  if [ ! -f "$target/classpath.txt" ] || [ ! -d "$target/classes" ]; then
    say "Building the library"
    (cd "$lib/.." && mvn -q -B -DskipTests package) >&2
  fi
  classpath=$target/bench:$target/classes:$(cat "$target/classpath.txt")
  rm -rf "$target/bench"
  mkdir -p "$target/bench"
  javac -Xlint:all,-processing,-classfile,-try -Werror -d "$target/bench" -cp "$classpath" \
    "$bench"/java/org/adversaria/bench/*.java
}

ours() {
  # shellcheck disable=SC2086 # options are words
  java -Xmx2g -Djava.awt.headless=true "-Dai.djl.pytorch.num_threads=$THREADS" ${options:-} \
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$classpath" "org.adversaria.bench.$@"
}

# The first Python that can import something.
find_python() {
  for python in ${PYTHON:-python3 /usr/bin/python3}; do
    if "$python" -c "import $1" 2>/dev/null; then
      echo "$python"
      return
    fi
  done
}

with_peer_libraries() {
  LD_LIBRARY_PATH=${PEER_LIBRARIES:+$PEER_LIBRARIES:}${LD_LIBRARY_PATH:-} \
    OPENBLAS_NUM_THREADS=$THREADS MKL_NUM_THREADS=$THREADS "$@"
}

peer() { with_peer_libraries "$python" "$bench/peer.py" "$@"; }

peer_fid() { with_peer_libraries "$scipy" "$bench/peer_fid.py" "$@"; }

# The median of the numbers on standard input, their least and their greatest.
spread() {
  sort -n | awk '
    { v[NR] = $1 }
    END {
      m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2
      print m, v[1], v[NR]
    }'
}

# The load, which a measurement should find near 0.
load() { cut -d ' ' -f 1 /proc/loadavg; }

# The median of a file's numbers with their least and greatest, or nothing of an empty one.
summary() { # FORMAT FILE
  if [ -s "$2" ]; then
    spread <"$2" | awk -v f="$1" '{ printf f " (" f " to " f ")", $1, $2, $3 }'
  else
    printf -- -
  fi
}

# Keeps what a process printed: the median step, the fastest tenth, the peak of resident memory.
keep() { # FORM FILE
  cut -f 4 "$2" >>"$scratch/$1"
  cut -f 5 "$2" >>"$scratch/$1.tenth"
  awk -F '\t' 'NF >= 7 { print $7 }' "$2" >>"$scratch/$1.peak"
}

# The last round in words.
last() { # FORM
  echo "$(tail -n 1 "$scratch/$1") ms (tenth $(tail -n 1 "$scratch/$1.tenth"))"
}

# The median of a file's numbers, or - of an empty one.
middle() { # FILE
  if [ -s "$1" ]; then spread <"$1" | cut -d ' ' -f 1; else echo -; fi
}

# The least number of a file.
least() { # FILE
  sort -n "$1" | head -n 1
}

# The quotients of two files of numbers, line by line: median (least to greatest).
quotient() { # FILE FILE
  paste "$1" "$2" | awk '{ print $1 / $2 }' | spread | awk '{ printf "%.2f (%.2f to %.2f)", $1, $2, $3 }'
}

# Our program, then the peer's in each of its forms; the ratio to the form with the least median is
# taken within a round, so that what else the machine does weighs on both alike.
measure() {
  row=$1
  for form in ours $forms; do
    for what in "" .tenth .peak; do : >"$scratch/$form$what"; done
  done
  theirs=
  round=1
  while [ "$round" -le "$ROUNDS" ]; do
    ours StepTime "$row" "$WARMUP" "$STEPS" >"$scratch/a"
    keep ours "$scratch/a"
    said="ours $(last ours)"
    for form in $forms; do
      status=0
      peer "$row" "$WARMUP" "$STEPS" "$THREADS" "$form" >"$scratch/b" || status=$?
      if [ "$status" -eq 0 ]; then
        keep "$form" "$scratch/b"
        theirs=$(cut -f 2 "$scratch/b")
        said="$said, $form $(last "$form")"
      elif [ "$status" -ne 3 ]; then
        exit "$status"
      fi
    done
    say "$row, round $round of $ROUNDS: $said, load $(load)"
    round=$((round + 1))
  done
  precision=$(cut -f 2 "$scratch/a")
  if [ -n "$theirs" ] && [ "$theirs" != "$precision" ]; then
    precision="$precision / $theirs"
  fi
  line="| $row | $precision | $(cut -f 3 "$scratch/a") | $(summary %.1f "$scratch/ours")"
  best=
  fastest=
  for form in $forms; do
    line="$line | $(summary %.1f "$scratch/$form")"
    if [ -s "$scratch/$form" ]; then
      median=$(spread <"$scratch/$form" | cut -d ' ' -f 1)
      if [ -z "$best" ] || awk "BEGIN { exit !($median < $least) }"; then
        best=$form
        least=$median
      fi
      tenth=$(least "$scratch/$form.tenth")
      if [ -z "$fastest" ] || awk "BEGIN { exit !($tenth < $fastest) }"; then fastest=$tenth; fi
    fi
  done
  ratio=-
  tenth=-
  peaks=$(middle "$scratch/ours.peak")
  if [ -n "$best" ]; then
    ratio="$(quotient "$scratch/ours" "$scratch/$best"), $best"
    case $ratio in 0.*) ;; *) ratio="**$ratio**" ;; esac
    case $row in
      stylegan2-*) ;;
      *) tenth=$(least "$scratch/ours.tenth" | awk "{ printf \"%.2f\", \$1 / $fastest }") ;;
    esac
    peaks="$peaks / $(middle "$scratch/$best.peak")"
  fi
  echo "$line | $ratio | $tenth | $peaks |"
}

# The head of a table of rows of measure.
table_head() { # NAME OF THE PEER
  line="| step | precision | threads | ours, ms"
  rule="|---|---|---:|---:"
  for form in $forms; do
    line="$line | $1${form:+, $form}, ms"
    rule="$rule|---:"
  done
  echo
  echo "$line | ours / best | fastest, ours / best | peak MiB, ours / best |"
  echo "$rule|---:|---:|---:|"
}

# Both programs in turn over the same two files, as above; a row for each program, then the ratio
# of the totals and how far the distances are apart.
measure_fid() {
  real=$scratch/real
  fake=$scratch/fake
  say "FID: writing two files of $FID_ROWS x $FID_WIDTH features"
  ours FidTime write "$real" "$FID_ROWS" "$FID_WIDTH" 1
  ours FidTime write "$fake" "$FID_ROWS" "$FID_WIDTH" 2
  : > "$scratch/fid-ours"; : > "$scratch/fid-peer"
  round=1
  while [ "$round" -le "$FID_ROUNDS" ]; do
    ours FidTime "$real" "$fake" "$FID_WIDTH" >> "$scratch/fid-ours"
    if [ -n "$scipy" ]; then
      peer_fid "$real" "$fake" "$FID_WIDTH" >> "$scratch/fid-peer"
    fi
    say "FID, round $round of $FID_ROUNDS: ours $(tail -n 1 "$scratch/fid-ours" | cut -f 3) s," \
      "SciPy $(tail -n 1 "$scratch/fid-peer" | cut -f 3) s, load $(load)"
    round=$((round + 1))
  done
  echo "| program | moments, s | distance, s | total, s | FID | peak resident MiB |"
  echo "|---|---:|---:|---:|---:|---:|"
  fid_row ours
  if [ -n "$scipy" ]; then
    fid_row peer
    echo
    paste "$scratch/fid-ours" "$scratch/fid-peer" | awk -F '\t' '{ print $3 / $8 }' | spread |
      awk '{ printf "Ratio of the totals: %.3f (%.3f to %.3f).\n", $1, $2, $3 }'
    paste "$scratch/fid-ours" "$scratch/fid-peer" | awk -F '\t' '
      { off = $4 / $9 - 1; if (off < 0) off = -off; if (off > most) most = off }
      END {
        printf "The distances differ by %.1e of their value (limit 1e-06): ", most
        print most <= 1e-6 ? "equal." : "NOT EQUAL."
        exit most > 1e-6
      }' || echo no > "$scratch/not-equal"
  fi
}

# The medians of a program's rounds.
fid_row() {
  row="| $1"
  for field in 1 2 3; do
    row="$row | $(cut -f "$field" "$scratch/fid-$1" | spread | awk '{ printf "%.2f (%.2f to %.2f)", $1, $2, $3 }')"
  done
  echo "$row | $(tail -n 1 "$scratch/fid-$1" | cut -f 4) | $(cut -f 5 "$scratch/fid-$1" | spread | cut -d ' ' -f 3) |"
}

# The same libtorch under another binding for the JVM, in place of the Python program. Fetched by
# Maven when it is asked for first, some 100 MB.
beside_bytedeco() {
  say "Bytedeco's PyTorch"
  if ! (cd "$lib/.." && mvn -q -B -pl lib -Pbytedeco dependency:build-classpath \
    "-Dmdep.outputFile=$scratch/bytedeco" -DincludeGroupIds=org.bytedeco) >&2; then
    say "Bytedeco's PyTorch cannot be had here"
    return
  fi
  mkdir -p "$scratch/classes"
  javac -d "$scratch/classes" -cp "$(cat "$scratch/bytedeco")" "$bench/bytedeco/BytedecoDcgan.java"
  echo
  echo "Beside Bytedeco's PyTorch for the JVM, of the same version as ours, in place of Python's:"
  forms=eager
  table_head "Bytedeco's"
  peer() {
    java -Xmx2g -cp "$scratch/classes:$(cat "$scratch/bytedeco")" BytedecoDcgan "$1" "$2" "$3" "$4"
  }
  measure dcgan-32
  peer() { with_peer_libraries "$python" "$bench/peer.py" "$@"; }
}

# What a remedy of the engine's check costs: the step with it in times of the step without, on a
# processor that may need none.
remedy_times() {
  echo
  echo "## What the remedies for wrong convolutions cost"
  echo
  echo "Ours under -Dadversaria.engine.remedy=..., in times of ours without; $ROUNDS rounds of a process each,"
  echo "$STEPS steps after $WARMUP, $THREADS threads: median (least to greatest). Load before: $(load)."
  echo
  echo "| step | as PyTorch does, ms | padded | unfolded | onednn-off |"
  echo "|---|---:|---:|---:|---:|"
  for name in $REMEDIES; do
    for remedy in none padded unfolded onednn-off; do : >"$scratch/$remedy"; done
    round=1
    while [ "$round" -le "$ROUNDS" ]; do
      for remedy in none padded unfolded onednn-off; do
        options=-Dadversaria.engine.remedy=$remedy
        [ "$remedy" != none ] || options=-Dadversaria.engine.check=ignore
        ours StepTime "$name" "$WARMUP" "$STEPS" | cut -f 4 >>"$scratch/$remedy"
        say "$name, $remedy, round $round of $ROUNDS: $(tail -n 1 "$scratch/$remedy") ms, load $(load)"
      done
      round=$((round + 1))
    done
    options=
    row="| $name | $(spread <"$scratch/none" | awk '{ printf "%.1f (%.1f to %.1f)", $1, $2, $3 }')"
    for remedy in padded unfolded onednn-off; do
      row="$row | $(quotient "$scratch/$remedy" "$scratch/none")"
    done
    echo "$row |"
  done
}

# What adaptive augmentation costs: StyleGAN2's step at 64 pixels with it in times of the step without.
ada_time() {
  echo
  echo "## What ADA costs"
  echo
  echo "StyleGAN2 at 64x64, 32 channels, batch 32; ADA's preset bgc at p = 0.6. $ROUNDS rounds of a process each,"
  echo "$STEPS steps after $WARMUP in whole periods of 16, $THREADS threads: median (least to greatest). Load before: $(load)."
  echo
  echo "| without, ms | with ADA, ms | ratio |"
  echo "|---:|---:|---:|"
  : >"$scratch/without"; : >"$scratch/with"
  round=1
  while [ "$round" -le "$ROUNDS" ]; do
    ours StepTime stylegan2-64 "$WARMUP" "$STEPS" | cut -f 4 >>"$scratch/without"
    ours StepTime stylegan2-64-ada "$WARMUP" "$STEPS" | cut -f 4 >>"$scratch/with"
    say "ADA, round $round of $ROUNDS: without $(tail -n 1 "$scratch/without") ms," \
      "with $(tail -n 1 "$scratch/with") ms, load $(load)"
    round=$((round + 1))
  done
  a=$(spread <"$scratch/without" | awk '{ printf "%.1f (%.1f to %.1f)", $1, $2, $3 }')
  b=$(spread <"$scratch/with" | awk '{ printf "%.1f (%.1f to %.1f)", $1, $2, $3 }')
  ratio=$(quotient "$scratch/with" "$scratch/without")
  echo "| $a | $b | $ratio |"
}

# The first step of a process, which traces and compiles the networks, and that without.
first_steps() {
  echo
  echo "## The first step"
  echo
  echo "Of a new process, with compiled networks and with networks that run operation by operation;"
  echo "$ROUNDS rounds, $THREADS threads: median (least to greatest). Load before: $(load)."
  echo
  echo "| step | compiled, ms | uncompiled, ms | the compiled one takes longer by, ms |"
  echo "|---|---:|---:|---:|"
  for name in $FIRST; do
    for what in compiled uncompiled longer; do : >"$scratch/$what"; done
    round=1
    while [ "$round" -le "$ROUNDS" ]; do
      ours StepTime first "$name" >>"$scratch/compiled"
      options=-Duncompiled=true
      ours StepTime first "$name" >>"$scratch/uncompiled"
      options=
      round=$((round + 1))
    done
    paste "$scratch/compiled" "$scratch/uncompiled" | awk '{ print $1 - $2 }' >"$scratch/longer"
    say "first step of $name: longer by $(middle "$scratch/longer") ms"
    row="| $name"
    for what in compiled uncompiled longer; do row="$row | $(summary %.0f "$scratch/$what")"; done
    echo "$row |"
  done
}

# What a step of the peer would take by its arithmetic and its bytes alone.
floors() {
  echo
  echo "## Floors"
  echo
  echo "Arithmetic and bytes of the peer's step at the speeds that this machine reaches, $THREADS threads; see floor.py."
  echo "Load before: $(load)."
  echo
  echo "| step | GFLOP | GB | GFLOP/s | GB/s | floor, ms |"
  echo "|---|---:|---:|---:|---:|---:|"
  for name in $FLOORS; do
    say "floor of $name"
    with_peer_libraries "$python" "$bench/floor.py" "$name" "$THREADS" |
      awk -F '\t' '{ printf "| %s | %.1f | %.2f | %.0f | %.1f | %.1f |\n", $1, $2, $3, $4, $5, $6 }'
  done
}

profiles() {
  echo
  echo "## Where a step's time goes"
  echo
  echo "By PyTorch's profiler, which itself takes time at every operator; 5 steps after $WARMUP of warm-up,"
  echo "of StyleGAN2 whole periods of 16."
  for name in $PROFILES; do
    say "profile of $name"
    echo
    ours StepProfile "$name" "$WARMUP" 5
  done
}

machine() {
  cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
  memory=$(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)
  system=$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)
  echo "- Machine: ${cpu:-$(uname -m)}, $(nproc) cores, $memory; $system, Linux $(uname -r)"
  echo "- Ours: $(ours StepTime versions)"
  if [ -n "$python" ]; then
    echo "- PyTorch's: $(peer versions)"
  else
    echo "- PyTorch's: not measured, no Python here can import torch"
  fi
  echo "- OMP_WAIT_POLICY ${OMP_WAIT_POLICY:-unset}"
}

step_times() {
  echo
  echo "## Step time"
  echo
  echo "$ROUNDS rounds of a process each, $STEPS steps timed after $WARMUP of warm-up. Load before: $(load)."
  echo "Milliseconds: the median over the rounds of a round's median step (least to greatest round); StyleGAN2's"
  echo "steps differ, so that there warm-up and timed steps are whole periods of 16 and a round's number is their mean."
  echo "Ratio: ours / that of PyTorch's best form within a round, median (least to greatest), and the form; below 1 ours is"
  echo "faster, in bold it is not. Fastest: the time that a tenth of the steps of the fastest round do not exceed,"
  echo "ours / that of the form where it is least: what other programs of the machine disturb least."
  forms=${python:+$FORMS}
  table_head PyTorch
  for name in $ROWS; do
    measure "$name"
  done
  if [ "$BYTEDECO" = yes ]; then
    beside_bytedeco
  fi
  echo
  echo "Load after: $(load)."
}

results() {
  echo "# Results"
  echo
  quiet=$(load | awk '{ print ($1 < 0.7) ? "was quiet" : "was NOT quiet" }')
  echo "Written by \`run.sh\` on $(date -u +%Y-%m-%d); [README.md](README.md) says what is timed."
  echo "The machine $quiet before (load $(load))."
  echo
  machine
  if [ -n "$ROWS" ]; then
    step_times
  fi
  if [ -n "$FLOORS" ] && [ -n "$python" ]; then
    floors
  fi
  if [ -n "$FIRST" ]; then
    first_steps
  fi
  if [ -n "$REMEDIES" ]; then
    remedy_times
  fi
  if [ "$ADA" = yes ]; then
    ada_time
  fi
  if [ -n "$PROFILES" ]; then
    profiles
  fi
  if [ "$LOADER" = yes ]; then
    say "the loader"
    echo
    echo "## Images a second from the loader"
    echo
    echo "32x32 colour images from memory, mirrored at random, batches of 64; the aim is 20,000. Load before: $(load)."
    echo
    ours LoaderRate 5
  fi
  if [ "$FID" = yes ]; then
    echo
    echo "## FID of $FID_ROWS features of each set, $FID_WIDTH wide"
    echo
    echo "$FID_ROUNDS rounds of a process each, $THREADS threads. Load before: $(load)."
    echo "Seconds: the median over the rounds (least to greatest). Ratio: ours / SciPy's within a round."
    if [ -n "$scipy" ]; then
      echo "Peer: $(peer_fid versions)."
    else
      echo "Peer: not measured, no Python here can import scipy."
    fi
    echo
    measure_fid
    echo
    echo "Load after: $(load)."
  fi
  if [ "$MEMORY" = yes ]; then
    echo
    echo "## Memory and step time over 10,000 steps"
    echo
    echo "The small conditional GAN, 16x16 grey, batch 32, reports and checkpoints on, 1 thread;"
    echo "JVM: $flat_jvm. Load before: $(load)."
    echo
    for precision in fp32 bf16; do
      say "10,000 steps of the small conditional GAN in $precision"
      echo "### $precision"
      echo
      ours_flat "$precision" || echo no > "$scratch/not-flat"
      echo
    done
    echo
    echo "Load after: $(load)."
  fi
}

ours_flat() {
  # shellcheck disable=SC2086
  java $flat_jvm -Djava.awt.headless=true -Dai.djl.pytorch.num_threads=1 \
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
    -cp "$classpath" org.adversaria.bench.MemoryFlat "$1"
}

build
python=$(find_python torch)
scipy=$(find_python scipy)
results > "$scratch/page"
cat "$scratch/page"
if [ -n "$page" ]; then
  cp "$scratch/page" "$page.writing"
  mv "$page.writing" "$page"
fi
if [ -f "$scratch/not-equal" ]; then
  say "Our FID is not the peer's"
  exit 1
fi
if [ -f "$scratch/not-flat" ]; then
  say "Memory or step time did not stay flat"
  exit 1
fi
