"""In: nothing. Out: a Python process in which Rasa can be imported without loading TensorFlow.

Rasa 3.6 imports TensorFlow, Keras and JAX at start whether or not a component uses them: 440 of its 630 MB and
half of its start-up time. None of our components does. `without_tensorflow()` must run before the first
`import rasa`; it answers those imports with empty modules whose attributes are inert classes, so that Rasa's
class statements succeed. Using one of them by mistake fails loudly (see `Inert.__call__`).
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
import warnings
from collections.abc import Sequence
from typing import Any

HEAVY = frozenset({"tensorflow", "tensorflow_text", "tensorflow_hub", "keras"})
"""Top-level packages that are not loaded."""


class _InertType(type):
    """Any attribute of an inert class is the inert class again: `tf.keras.layers.Layer` is one."""

    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert


class Inert(metaclass=_InertType):
    """Stands in for every TensorFlow class and decorator that Rasa names at import time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._wrapped = args[0] if args and callable(args[0]) else None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Accept any class keyword."""

    def __class_getitem__(cls, item: Any) -> type:
        return cls

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # `@tf.function(...)` decorates at import time: hand the function back. Anything else is a real use.
        if len(args) == 1 and callable(args[0]) and not kwargs:
            return args[0]
        raise RuntimeError("TensorFlow is not loaded in this process; no component of the pipeline may need it.")


class _InertModule(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert


class _HeavyFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.split(".")[0] not in HEAVY:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _InertModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing to run: the module is empty on purpose."""


def without_tensorflow() -> None:
    """Keep TensorFlow out of this process. Harmless when called twice or after TensorFlow was loaded."""
    if any(isinstance(finder, _HeavyFinder) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, _HeavyFinder())
    # Rasa's own deprecation notices; they concern its maintainers, not our operators.
    warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"(rasa|sanic|pkg_resources|jose).*")
