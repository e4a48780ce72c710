# In: the machine. Out: $UV, a working uv: the one on the PATH, else one that pip puts into var/tools.

UV_VERSION=0.13.9

find_uv() {
  if UV=$(type -P uv) && "$UV" --version > /dev/null 2>&1; then return; fi
  UV=$PWD/var/tools/bin/uv
  [ "$("$UV" --version 2> /dev/null | cut -d' ' -f2)" = "$UV_VERSION" ] && return
  say "准备安装工具 uv ${UV_VERSION}…"
  : > var/uv.log
  uv_from_any_python || { add_debian_venv && install_uv_with /usr/bin/python3; } || die \
    "装不上 uv（原因见 var/uv.log）：要一个带 venv 或 pip 的 Python 3（Debian：apt-get install python3-venv）和能连上的软件源。" \
    "Cannot install uv (see var/uv.log): it takes a Python 3 with venv or pip (Debian: apt-get install python3-venv) and a package index."
}

# Any Python 3.8 or later with venv or pip will do here.
uv_from_any_python() {
  local python
  while read -r python; do
    install_uv_with "$python" && return
  done < <(python_candidates; type -aP python3.12 python3.11; ls -d "${HOME:-}"/.pyenv/versions/3.*/bin/python3 2> /dev/null)
  return 1
}

# Standard input is the list of candidates: nothing here may read it.
install_uv_with() {
  [ -n "$1" ] && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 8))' > /dev/null 2>&1 < /dev/null || return 1
  rm -rf var/tools
  if "$1" -m venv var/tools; then
    var/tools/bin/python -m pip install "uv==$UV_VERSION"
  else
    rm -rf var/tools
    "$1" -m pip install --target var/tools "uv==$UV_VERSION"
  fi >> var/uv.log 2>&1 < /dev/null
  "$UV" --version > /dev/null 2>&1
}

# Debian splits venv off its Python; root may add it.
add_debian_venv() {
  [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null || return 1
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv; } >> var/uv.log 2>&1 < /dev/null
}
