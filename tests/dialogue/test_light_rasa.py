"""Rasa without TensorFlow: importable, small, and loud when something needs TensorFlow after all."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from bot.settings import ROOT

MOST_MB = 350

_REPORT = """
import json, sys
from bot.dialogue.light_rasa import HEAVY, Inert, without_tensorflow
without_tensorflow()
without_tensorflow()
import rasa.core.agent
resident_kb = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS"))
heavy = {name: module for name, module in sys.modules.items() if name.split(".")[0] in HEAVY}
real = sorted(name for name, module in heavy.items() if getattr(module, "__file__", None))
import tensorflow as tf

def outcome(use):
    try:
        use()
    except Exception as error:
        return type(error).__name__
    return "nothing"

class Layer(tf.keras.layers.Layer):
    pass

@tf.function(experimental_relax_shapes=True)
def decorated():
    return 42

print(json.dumps({
    "mb": resident_kb / 1024, "real": real, "finders": sum(type(f).__name__ == "_HeavyFinder" for f in sys.meta_path),
    "call": outcome(lambda: Layer()(1)), "constant": outcome(lambda: tf.constant(1)(2)), "decorated": decorated(),
}))
"""


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", _REPORT], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_rasa_fits_into_little_memory(report: dict[str, Any]) -> None:
    assert report["mb"] < MOST_MB


def test_no_real_tensorflow_is_loaded(report: dict[str, Any]) -> None:
    assert report["real"] == []


def test_twice_is_harmless(report: dict[str, Any]) -> None:
    assert report["finders"] == 1


@pytest.mark.parametrize("use", ["call", "constant"])
def test_using_an_inert_class_fails_loudly(report: dict[str, Any], use: str) -> None:
    assert report[use] == "RuntimeError"


def test_a_decorated_function_is_still_itself(report: dict[str, Any]) -> None:
    assert report["decorated"] == 42
