# In: sentences. Out: progress on stdout; or an error on stderr in Chinese and English, and the end.

say() { printf '[安装] %s\n' "$1"; }

die() {
  printf '\n%s\n%s\n' "$1" "$2" >&2
  exit 1
}
