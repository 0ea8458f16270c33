#!/usr/bin/env bash
# Executes notebooks and leaves the results as .ipynb and .html; sets up first what is missing.
#
#   environment/run.sh NOTEBOOK... [--out DIR] [--set KEY=VALUE]...
#
#   --out   folder for the results; notebooks/out unless given
#   --set   changes a value that the notebook reads with setting("KEY", default); repeatable
#
# Prints a line with its time for each cell. When a cell fails, its error is printed, the results show
# how far it came, and the exit status is 1. Ctrl-C lets a training write its checkpoint, then ends.

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [ $# -eq 0 ]; then
  usage >&2
  exit 2
fi
for argument in "$@"; do
  case $argument in
    -h | --help) usage && exit ;;
    *.ipynb) [ -f "$argument" ] || die "no such notebook: $argument" ;;
  esac
done

"$here/setup.sh" --quiet
export JUPYTER_PATH=$jupyter_path${JUPYTER_PATH:+:$JUPYTER_PATH}
exec "$(remembered python)" "$here/run_notebook.py" --out "$root/notebooks/out" \
  --log "$log_dir/notebook.log" "$@"
