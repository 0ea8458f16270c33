#!/usr/bin/env bash
# Opens the notebooks in Jupyter, on this machine's loopback address and with Jupyter's token.
#
#   environment/jupyter.sh [--set KEY=VALUE]... [--ip=ADDRESS] [JUPYTER OPTION]...
#
#   --set   as in run.sh, for every notebook that is opened
#   --ip=A  another address to listen on; a container needs 0.0.0.0
#
# Other options go to Jupyter, for example --no-browser or --port=9999.

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

settings=() options=() address=127.0.0.1
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage && exit ;;
    --set)
      [ $# -ge 2 ] || die "--set needs KEY=VALUE"
      case $2 in ?*=*) settings+=("$2") ;; *) die "--set: $2 is not KEY=VALUE" ;; esac
      shift
      ;;
    --ip=*) address=${1#--ip=} ;;
    *) options+=("$1") ;;
  esac
  shift
done

"$here/setup.sh" --quiet
python=$(remembered python)
has() { "$python" -c "import $1" >/dev/null 2>&1; }
if has jupyterlab; then
  program=jupyterlab start=/lab/tree/notebooks
elif has notebook; then
  program=notebook start=/tree/notebooks
else
  die "$python has no JupyterLab; install it there, or run environment/setup.sh --jupyter venv"
fi
if [ "$(id -u)" -eq 0 ]; then options+=(--allow-root); fi

export JUPYTER_PATH=$jupyter_path${JUPYTER_PATH:+:$JUPYTER_PATH}
ADVERSARIA_SETTINGS=$("$python" -c '
import sys, urllib.parse
print(urllib.parse.urlencode(dict(pair.split("=", 1) for pair in sys.argv[1:])))
' ${settings[@]+"${settings[@]}"})
export ADVERSARIA_SETTINGS
cd "$root"
exec "$python" -m "$program" --ip="$address" --notebook-dir="$root" \
  --ServerApp.default_url="$start" --NotebookApp.default_url="$start" ${options[@]+"${options[@]}"}
