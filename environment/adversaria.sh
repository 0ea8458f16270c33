#!/usr/bin/env bash
# Adversaria's command line; builds the library first where that is missing or out of date.
#
#   environment/adversaria.sh data PATH
#   environment/adversaria.sh weights FILE
#   environment/adversaria.sh train METHOD --data DATA [OPTION]...
#   environment/adversaria.sh resume|sample|evaluate|export RUN [OPTION]...
#   environment/adversaria.sh sweep FILE [--master URL] [--out PLACE] [OPTION]...
#   environment/adversaria.sh sample|evaluate RUN --master URL [OPTION]...
#   environment/adversaria.sh doctor [--json]
#   environment/adversaria.sh [COMMAND] --help
#
# Paths start at the folder it is called in; data sets are kept in the project's datasets/files, or
# where ADVERSARIA_DATA says.

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Whether it is a command for Apache Spark.
on_spark() {
  if [ "${1:-}" = sweep ]; then return 0; fi
  local word
  for word in "$@"; do
    case $word in --master | --master=*) return 0 ;; esac
  done
  return 1
}

module=lib main=org.adversaria.cli.Main modules=()
if on_spark "$@"; then
  module=lib/spark main=org.adversaria.spark.SparkMain modules=("@$root/lib/spark/java-options.txt")
  "$here/setup.sh" --spark --quiet
else
  "$here/setup.sh" --library --quiet
fi
export ADVERSARIA_DATA=${ADVERSARIA_DATA:-$root/datasets/files}
# DJL reports its use to its makers unless told not to.
# shellcheck disable=SC2086 # options are words
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" ${modules[@]+"${modules[@]}"} -Xmx3g \
  -Djava.awt.headless=true -Dfile.encoding=UTF-8 \
  -DOPT_OUT_TRACKING=true -Dadversaria.environment="$here" ${ADVERSARIA_JAVA_OPTIONS:-} \
  -cp "$(built_jar "$module"):$(cat "$root/$module/target/classpath.txt")" "$main" "$@"
