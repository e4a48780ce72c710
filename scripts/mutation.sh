#!/usr/bin/env bash
# In: the eligibility core and its tests. Out: which small changes of the code no test notices, and the score; status 1
# under 90 %. mutmut gets an environment of its own that looks into the project's, and works on a copy of the tree.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup/say.sh
source scripts/setup/uv.sh
source scripts/setup/pip_configuration.sh

find_uv
use_pip_configuration
home=var/mutation
project=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
[ -x "$home/venv/bin/python" ] || UV_PYTHON_DOWNLOADS=never "$UV" venv --quiet --no-project --python .venv/bin/python "$home/venv"
"$UV" pip sync --quiet --python "$home/venv/bin/python" --require-hashes requirements/mutation.lock
echo "$project" > "$("$home/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/project.pth"

mkdir -p "$home/tree"
for part in bot services actions policy schemes places lexicon tests; do
  rm -rf "${home:?}/tree/$part"
  cp -a "$part" "$home/tree/$part"
done
cp pyproject.toml "$home/tree/"
cd "$home/tree"
# One process: the machine may have other work. Names of mutants as arguments try only those again.
nice "$OLDPWD/$home/venv/bin/python" -m mutmut run --max-children "${JOBS:-1}" "$@" || true
exec "$OLDPWD/$home/venv/bin/python" "$OLDPWD/scripts/mutation_score.py"
