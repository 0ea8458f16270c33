# shellcheck shell=bash
# shellcheck disable=SC2034 # those who source this use them
# Sourced by the other scripts: where things are, and how they speak.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$here")
local_dir=$here/.local
log_dir=$local_dir/log
# The folder that JUPYTER_PATH names: the project's own kernels, apart from the user's.
jupyter_path=$local_dir/jupyter

# glibc gives every large array back to the system as it is freed, and takes it anew, page by page, at
# the next step. With these it is kept: a tenth of a training step on two cores. To have the system's
# own settings: ADVERSARIA_MALLOC=system.
if [ "${ADVERSARIA_MALLOC:-keep}" = keep ]; then
  export MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-1073741824}
  export MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-4294967296}
fi

# PyTorch's threads keep their cores busy while they wait for each other, which slows all of them down
# many times over where another program wants a core. With this they soon sleep; on free cores a step
# takes as long as without.
export GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-5000}

say() { printf '%s\n' "$*" >&2; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

usage() { # the comment at the head of the calling script
  sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
}

# remembered KEY: the value that a former set-up stored, or nothing.
remembered() {
  if [ -f "$local_dir/$1" ]; then cat "$local_dir/$1"; fi
}

remember() { printf '%s\n' "$2" >"$local_dir/$1"; }

library_jar() { find "$root/lib/target" -maxdepth 1 -name 'adversaria-*.jar' 2>/dev/null | head -n 1; }

# quietly NAME MESSAGE COMMAND...: runs the command with its output in a log. Says the message, a sign
# of life every 20 seconds, and the time; returns the command's exit status.
quietly() {
  local log=$log_dir/$1.log message=$2 start=$SECONDS status=0 ticker
  shift 2
  mkdir -p "$log_dir"
  say "$message ..."
  (
    while sleep 20; do
      say "  $((SECONDS - start)) s: $(tail -n 1 "$log" | tr -d '\r' | cut -c 1-100)"
    done
  ) &
  ticker=$!
  # shellcheck disable=SC2064 # the value of now
  trap "kill $ticker 2>/dev/null || true" EXIT
  "$@" >"$log" 2>&1 </dev/null || status=$?
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  trap - EXIT
  if [ "$status" -eq 0 ]; then
    say "  done in $((SECONDS - start)) s"
  fi
  return "$status"
}

# The last lines of a log, for a failure that has to be explained.
show_log() {
  local log=$log_dir/$1.log
  say "  the end of $log:"
  tail -n "${2:-25}" "$log" | sed 's/^/  | /' >&2
}
