# In: what pip was told (PIP_* variables, pip.conf). Out: the same in the variables uv reads; uv reads neither.

# Give uv the main index, certificate and proxy that pip uses. What the user told uv itself stays.
use_pip_configuration() {
  local index cert proxy
  PIP_LIST=$(list_pip_configuration)
  index=$(pip_setting index-url)
  cert=$(pip_setting cert)
  # Else the machine's own list: a workplace's certificates are in there, and only in there.
  [ -n "$cert" ] || [ ! -e /etc/ssl/certs/ca-certificates.crt ] || cert=/etc/ssl/certs/ca-certificates.crt
  proxy=$(pip_setting proxy)
  [ -z "$index" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"
  [ -z "$cert" ] || export SSL_CERT_FILE="${SSL_CERT_FILE:-$cert}"
  [ -z "$proxy" ] || export ALL_PROXY="${ALL_PROXY:-$proxy}"
  export UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-180}"
}

# Add pip's further indexes and folders; false when it has none. Only a second try uses them: uv takes all files
# of a version from the first index that has it, and an extra index often has a few of them.
use_pip_extras() {
  local extra links
  extra=$(pip_setting extra-index-url)
  links=$(pip_setting find-links)
  [ -n "$extra$links" ] || return 1
  [ -z "$extra" ] || export UV_INDEX="${UV_INDEX:-$extra}"
  [ -z "$links" ] || export UV_FIND_LINKS="${UV_FIND_LINKS:-${links// /,}}"
  # Safe with several indexes, because every file must have a locked hash.
  export UV_INDEX_STRATEGY="${UV_INDEX_STRATEGY:-unsafe-best-match}"
}

# The usable words of one setting: the environment first, then pip's files, of which the last one rules.
pip_setting() {
  local variable=PIP_${1^^} value word usable=()
  variable=${variable//-/_}
  value=${!variable:-$(sed -nE "s/^(global|install)\.$1=['\"](.*)['\"]\$/\2/p" <<< "$PIP_LIST" | tail -n 1)}
  for word in ${value//\\n/ }; do
    if is_usable "$word"; then usable+=("$word"); fi
  done
  printf '%s' "${usable[*]:-}"
}

# A folder or file must exist: pip.conf often outlives what it names, and uv would stop there.
is_usable() {
  case $1 in
    file://*) [ -e "${1#file://}" ] ;;
    /*) [ -e "$1" ] ;;
    http://* | https://*) true ;;
    *) false ;;
  esac
}

# All of pip's files, one setting a line: global.cert='/path'. ("pip config get" reads one file only.)
list_pip_configuration() {
  local python
  while read -r python; do
    [ -n "$python" ] && "$python" -m pip config list 2> /dev/null < /dev/null && return
  done < <(printf '%s\n' var/tools/bin/python; python_candidates)
  return 0
}
