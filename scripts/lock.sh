#!/usr/bin/env bash
# In: requirements/*.in. Out: requirements/*.lock: every version with hashes, the address of no index.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup/say.sh
source scripts/setup/python.sh
source scripts/setup/uv.sh
source scripts/setup/pip_configuration.sh

find_uv
use_pip_configuration
compile() {
  "$UV" pip compile --quiet --python-version 3.10 --python-platform linux --generate-hashes \
    --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" "$@"
}
compile requirements/run.in -o requirements/run.lock
# Who hears, and who tests, runs what everybody runs: the same versions, and more.
compile --constraints requirements/run.lock requirements/speech.in -o requirements/speech.lock
compile --constraints requirements/speech.lock requirements/test.in -o requirements/test.lock
# What is only read: nothing of what these want is installed.
compile --no-deps requirements/speech_data.in -o requirements/speech_data.lock
# What ours is compared with lives apart from it.
compile requirements/oracle.in -o requirements/oracle.lock
compile requirements/mutation.in -o requirements/mutation.lock
