#!/usr/bin/env bash
# In: schemes/ and the project's environment. Out: how often OpenFisca judges otherwise; status 1 if ever. It gets an
# environment of its own, because it cannot live beside Rasa.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup/say.sh
source scripts/setup/uv.sh
source scripts/setup/pip_configuration.sh

find_uv
use_pip_configuration
home=var/oracle
[ -x "$home/venv/bin/python" ] || UV_PYTHON_DOWNLOADS=never "$UV" venv --quiet --no-project --python .venv/bin/python "$home/venv"
if ! "$UV" pip sync --quiet --python "$home/venv/bin/python" --require-hashes requirements/oracle.lock; then
  echo '装不上 OpenFisca（连不上软件源？），这次没有比对。' >&2
  exit 0
fi
rm -rf "$home/cases"
.venv/bin/python -m oracle.export "$home/cases" "$@"
"$home/venv/bin/python" oracle/openfisca_side.py "$home/cases"
