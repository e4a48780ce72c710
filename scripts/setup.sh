#!/usr/bin/env bash
# In: `run`, `speech` or `test`. Out: .venv with exactly the locked packages; nothing to do the second time.
#
#   lock → already done? → Python 3.10 → uv → .venv → packages → stamp
#
# .venv/installing lies there while packages are being written: an environment that still has it
# was interrupted and is made anew. .venv/stamp holds the checksum of the lock that was installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup/say.sh
source scripts/setup/python.sh
source scripts/setup/uv.sh
source scripts/setup/pip_configuration.sh

level=${1:-run}
lock_file=requirements/$level.lock
NEEDED_GB=6

checksum() { sha256sum "$1" | cut -d' ' -f1; }

# A complete environment of this lock, or of one that holds all of it, that still starts.
installed() {
  [ -f .venv/stamp ] && [ ! -e .venv/installing ] && runs_310 .venv/bin/python || return 1
  local stamp holds other
  stamp=$(cat .venv/stamp)
  case $level in run) holds="run speech test" ;; speech) holds="speech test" ;; *) holds=$level ;; esac
  for other in $holds; do
    [ ! -f "requirements/$other.lock" ] || [ "$stamp" != "$(checksum "requirements/$other.lock")" ] || return 0
  done
  return 1
}

enough_disk() {
  local free_gb
  free_gb=$(df -Pk . | awk 'NR == 2 { print int($4 / 1048576) }')
  [ "$free_gb" -ge "$NEEDED_GB" ] || die \
    "磁盘只剩 ${free_gb} GB，安装要 ${NEEDED_GB} GB。腾出空间后再运行一次。" \
    "Only ${free_gb} GB of disk left, ${NEEDED_GB} GB needed. Free some space and run again."
}

make_environment() {
  if [ -e .venv/installing ] || ! runs_310 .venv/bin/python; then
    rm -rf .venv
    enough_disk
    local python
    python=$(find_python310) || python=$(install_python310) || die \
      "没有 Python 3.10，也装不上。装好后用 PYTHON310=/路径/python3.10 make run 再试。" \
      "No Python 3.10 and none could be installed. Install one, then: PYTHON310=/path/to/python3.10 make run"
    say "Python：$python"
    UV_PYTHON_DOWNLOADS=never "$UV" venv --quiet --no-project --python "$python" .venv || die \
      "建不了 .venv（原因见上）。" "Could not create .venv (see above)."
  fi
}

sync_packages() { "$UV" pip sync --python .venv/bin/python --require-hashes "$lock_file"; }

install_packages() {
  rm -f .venv/stamp
  touch .venv/installing
  say "安装依赖（第一次约 3 GB，几分钟）…"
  sync_packages || { use_pip_extras && sync_packages; } || die \
    "依赖没有装好，多半是连不上软件源或磁盘满了（原因见上）。解决后再运行一次，会接着做。" \
    "Packages could not be installed (see above): check the package index and the disk, then run again."
  checksum "$lock_file" > .venv/stamp
  rm .venv/installing
}

main() {
  [ -f "$lock_file" ] || die "没有 $lock_file，请用 run、speech 或 test。" "No $lock_file: use run, speech or test."
  mkdir -p var
  exec 9> var/setup.lock
  if command -v flock > /dev/null && ! flock --nonblock 9; then
    say "另一个 make 正在安装，等它做完…"
    flock 9
  fi
  installed && return
  find_uv
  use_pip_configuration
  # A home that is missing or read-only must not stop uv.
  [ -w "${HOME:-/nonexistent}" ] || export UV_CACHE_DIR="${UV_CACHE_DIR:-$PWD/var/uv-cache}"
  make_environment
  install_packages
}

main
