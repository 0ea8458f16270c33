# shellcheck shell=bash
# shellcheck disable=SC2034 # those who source this use them
# Sourced by the other scripts: where things are, and how they speak.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$here")
local_dir=$here/.local
log_dir=$local_dir/log
# The folder that JUPYTER_PATH names: the project's own kernels, apart from the user's.
jupyter_path=$local_dir/jupyter

# PyTorch's threads keep their cores busy while they wait for each other, which slows all of them down
# many times over where another program wants a core. With this they soon sleep; on free cores a step
# takes as long as without.
export GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-5000}

# PyTorch's errors only: on some processors it warns at every convolution that it tries another library.
export TORCH_CPP_LOG_LEVEL=${TORCH_CPP_LOG_LEVEL:-ERROR}

say() { printf '%s\n' "$*" >&2; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Java decodes the names of files, those on its class path included, by the locale that it is started
# under. Where that is not a UTF-8 one, what the scripts start gets one.
use_utf8() {
  local candidate locale=${LC_ALL:-${LC_CTYPE:-${LANG:-POSIX}}}
  if ! command -v locale >/dev/null; then
    export LC_ALL=C.UTF-8
    return
  fi
  if [ "$(locale charmap 2>/dev/null)" = UTF-8 ]; then return; fi
  for candidate in C.UTF-8 C.utf8 en_US.UTF-8; do
    if [ "$(LC_ALL=$candidate locale charmap 2>/dev/null)" = UTF-8 ]; then
      export LC_ALL=$candidate
      return
    fi
  done
  case $root$PWD in
    *[!\ -~]*)
      die "the locale is $locale, which is not UTF-8, and this machine has neither C.UTF-8 nor en_US.UTF-8.
Java cannot open files below $root under it. Install the locale (Debian, Ubuntu:
apt-get install locales, then localedef -i en_US -f UTF-8 en_US.UTF-8), or set LC_ALL to a UTF-8
locale that 'locale -a' lists, or move the project to a folder whose path is plain ASCII."
      ;;
  esac
}

usage() { # the comment at the head of the calling script
  sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
}

# remembered KEY: the value that a former set-up stored, or nothing.
remembered() {
  if [ -f "$local_dir/$1" ]; then cat "$local_dir/$1"; fi
}

remember() { printf '%s\n' "$2" >"$local_dir/$1"; }

# built_jar MODULE: the jar that Maven has made of lib, lib/spark or environment/kernel, or nothing.
built_jar() {
  find "$root/$1/target" -maxdepth 1 -name 'adversaria-*.jar' ! -name '*-assembly.jar' 2>/dev/null |
    head -n 1
}

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

use_utf8
export PYTHONUTF8=1
