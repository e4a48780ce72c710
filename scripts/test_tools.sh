#!/usr/bin/env bash
# In: a Debian machine. Out: the programs the tests drive: Chromium, a Chinese font, PostgreSQL.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup/say.sh

missing=()
{ type -P chromium || type -P chromium-browser || type -P google-chrome; } > /dev/null || missing+=(chromium)
compgen -G '/usr/share/fonts/*/*/NotoSansCJK*' > /dev/null || missing+=(fonts-noto-cjk)
{ type -P initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb'; } > /dev/null || missing+=(postgresql)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
  die "测试还要这些程序，请安装：${missing[*]}（Debian：sudo apt-get install ${missing[*]}）" \
    "The tests also need: ${missing[*]}"
fi
say "安装测试用的程序：${missing[*]}…"
mkdir -p var
export DEBIAN_FRONTEND=noninteractive
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } > var/apt.log 2>&1 < /dev/null ||
  die "没有装好：${missing[*]}（原因见 var/apt.log）。" "Could not install ${missing[*]} (see var/apt.log)."
