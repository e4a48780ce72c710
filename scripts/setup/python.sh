# In: the machine. Out: the path of a Python 3.10 that really runs, found or installed.

# Whether a program is a working Python 3.10: pyenv's shims exist for versions that are switched off.
runs_310() {
  [ -n "$1" ] && [ "$("$1" -I -c 'import sys, ssl, sqlite3; print(*sys.version_info[:2])' 2> /dev/null < /dev/null)" = '3 10' ]
}

# Places to look, best first; one path a line.
python_candidates() {
  local roots root
  # A shim on the PATH tells where its pyenv is, also when HOME is another one.
  mapfile -t roots < <(tr ':' '\n' <<< "$PATH" | sed -n 's|/shims/*$||p')
  roots+=("${PYENV_ROOT:-}" "${HOME:-}/.pyenv" /opt/pyenv)
  printf '%s\n' "${PYTHON310:-}"
  type -aP python3.10 python3 python || true
  for root in "${roots[@]}"; do
    [ -n "$root" ] && ls -d "$root"/versions/3.10.*/bin/python3.10 2> /dev/null | sort -rV || true
  done
  ls -d "${UV_PYTHON_INSTALL_DIR:-${XDG_DATA_HOME:-${HOME:-}/.local/share}/uv/python}"/cpython-3.10.*/bin/python3.10 \
    /usr/local/bin/python3.10 /opt/python/*/bin/python3.10 2> /dev/null || true
  for root in "${CONDA_PREFIX:-}" "${HOME:-}/miniconda3" "${HOME:-}/anaconda3" "${HOME:-}/miniforge3" /opt/conda; do
    [ -n "$root" ] && ls -d "$root"/bin/python3.10 "$root"/envs/*/bin/python3.10 2> /dev/null || true
  done
}

# Print the first candidate that runs.
find_python310() {
  if [ -n "${PYTHON310:-}" ] && ! runs_310 "$PYTHON310"; then
    printf 'PYTHON310=%s 不是能用的 Python 3.10，另找。/ is no working Python 3.10, looking elsewhere.\n' "$PYTHON310" >&2
  fi
  local candidate
  while read -r candidate; do
    if runs_310 "$candidate"; then
      printf '%s\n' "$candidate"
      return
    fi
  done < <(python_candidates)
  return 1
}

# Install one with uv, else with pyenv, and print its path.
install_python310() {
  printf '[安装] 没有找到 Python 3.10，正在安装…\n' >&2
  UV_PYTHON_DOWNLOADS=manual "$UV" python install 3.10 >&2 && find_python310 && return
  if command -v pyenv > /dev/null && pyenv install --skip-existing 3.10 >&2; then
    find_python310 && return
  fi
  return 1
}
