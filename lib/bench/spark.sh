#!/bin/sh
# How well two workers share work: a sweep of eight cells of the conditional GAN, and FID of samples
# of BigGAN's 32x32 generator at its published width, on a standalone Spark master with one worker and
# with two, each a process with one core. Everything is in the time that a user waits for: the
# driver's and the executors' start too. Then the same with hardly any work, which is what does not grow
# with it, and what the driver does for each task and each part of an evaluation. Prints Markdown tables.
#
#   lib/bench/spark.sh
#
# Settings, from the environment:
#   STEPS    steps of a cell            2400
#   SAMPLES  samples of the evaluation  20000
#   ROUNDS   times that all is measured 1
#   WORK     what is measured           sweep evaluation
set -eu

STEPS=${STEPS:-2400}
SAMPLES=${SAMPLES:-20000}
ROUNDS=${ROUNDS:-1}
WORK=${WORK:-sweep evaluation}

export LC_ALL=C
spark=$(cd "$(dirname "$0")/../spark" && pwd)
if [ ! -f "$spark/target/classpath.txt" ]; then
  (cd "$spark/../.." && mvn -q -B -Dmaven.test.skip=true -pl lib/spark -am package) >&2
fi
classpath=$spark/target/classes:$(cat "$spark/target/classpath.txt")

scratch=$(mktemp -d)
processes=
stop() {
  # shellcheck disable=SC2086 # numbers of processes
  [ -z "$processes" ] || kill $processes 2>/dev/null || true
  processes=
}
trap 'stop; sleep 2; rm -rf "$scratch"' EXIT

mkdir -p "$scratch/home/jars" "$scratch/data"
ADVERSARIA_SPARK_SECRET=$(od -An -N 16 -tx1 /dev/urandom | tr -d ' \n')
export ADVERSARIA_SPARK_SECRET ADVERSARIA_DATA="$scratch/data" SPARK_HOME="$scratch/home"
export SPARK_DIST_CLASSPATH="$classpath" SPARK_SCALA_VERSION=2.13 SPARK_LOCAL_IP=127.0.0.1

say() { echo "$@" >&2; }

# Takes the place of the subshell that it is called in, so that its number is that of the process.
program() {
  exec java "@$spark/java-options.txt" -Xmx1g -Djava.awt.headless=true -Dai.djl.pytorch.num_threads=1 \
    -Dspark.authenticate=true "-Dspark.authenticate.secret=$ADVERSARIA_SPARK_SECRET" \
    -Dspark.master.rest.enabled=false -Dorg.slf4j.simpleLogger.log.org.apache.spark.deploy=info -cp "$classpath" "$@"
}

start() { # NAME CLASS ARGUMENT...
  name=$1
  shift
  rm -f "$scratch/$name.log"
  program "$@" >"$scratch/$name.log" 2>&1 &
  processes="$processes $!"
}

# A master and some workers, at a port that is likely to be free.
cluster() { # WORKERS
  port=$((20000 + ($$ + $(date +%s)) % 20000))
  start master org.apache.spark.deploy.master.Master --host 127.0.0.1 --port $port --webui-port 0
  waited=0
  until grep -qs "elected leader" "$scratch/master.log"; do
    [ $waited -lt 60 ] || { cat "$scratch/master.log" >&2; exit 1; }
    sleep 1
    waited=$((waited + 1))
  done
  worker=1
  while [ $worker -le "$1" ]; do
    start "worker-$worker" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --cores 1 \
      --memory 2g --webui-port 0 --work-dir "$scratch/work-$worker" "spark://127.0.0.1:$port"
    worker=$((worker + 1))
  done
  sleep 8
}

# The seconds that a command takes, to a file.
timed() { # FILE COMMAND...
  file=$1
  shift
  begun=$(date +%s%N)
  (program org.adversaria.spark.SparkMain "$@" --master "spark://127.0.0.1:$port") \
    >"$scratch/said" 2>&1 ||
    { cat "$scratch/said" >&2; exit 1; }
  echo "$begun $(date +%s%N)" | awk '{ printf "%.1f\n", ($2 - $1) / 1e9 }' >>"$file"
  say "$(basename "$file"): $(tail -n 1 "$file") s"
}

sweep_file() { # NAME STEPS
  cat >"$scratch/$1.json" <<END
{"methods": ["conditional-gan"], "presets": ["quick"], "seeds": [1, 2, 3, 4, 5, 6, 7, 8],
 "data": "shapes-grey-28", "steps": $2}
END
}
sweep_file sweep "$STEPS"
sweep_file sweep-fixed 20

biggan() {
  # A step is enough: how long it takes to draw does not depend on what the weights are.
  say "training a step of BigGAN"
  (program org.adversaria.cli.Main train biggan --preset cifar10 --data shapes-32 --steps 1 \
    --set recipe.discriminatorUpdates=1 --out "$scratch/biggan") >"$scratch/said" 2>&1 ||
    { cat "$scratch/said" >&2; exit 1; }
}

measure() { # NAME-OF-WORK WORKERS
  case $1 in
    sweep*)
      timed "$scratch/$1-$2" sweep "$scratch/$1.json" --out "$scratch/out-$1-$round-$2"
      ;;
    evaluation*)
      samples=$SAMPLES
      [ "$1" = evaluation ] || samples=400
      timed "$scratch/$1-$2" evaluate "$scratch/biggan" --against shapes-32 --metrics fid --samples "$samples"
      ;;
  esac
}

works=
for work in $WORK; do works="$works $work-fixed $work"; done
case $WORK in *evaluation*) biggan ;; esac

round=1
while [ $round -le "$ROUNDS" ]; do
  for workers in 1 2; do
    cluster $workers
    case $works-$round-$workers in
      *evaluation*-1-1) measure evaluation-fixed 0 ;; # the classifier of the data is trained once
    esac
    for work in $works; do measure "$work" $workers; done
    stop
    sleep 3
  done
  round=$((round + 1))
done

echo "| work | one worker, s | two workers, s | efficiency |"
echo "|---|---:|---:|---:|"
for work in $works; do
  paste "$scratch/$work-1" "$scratch/$work-2" | awk -v work=$work '
    { printf "| %s | %s | %s | %.2f |\n", work, $1, $2, $1 / (2 * $2) }'
done
echo
(program "$(dirname "$0")/spark/SparkLimits.java" 'local[1]')
