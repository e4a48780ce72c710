"""The straight runner: every node once, after what it needs, and the same result as with Rasa's own runner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

from bot.dialogue.runner import StraightRunner

ran: list[str] = []
"""Names of the nodes that have run, in order."""


class Joins(GraphComponent):  # type: ignore[misc]
    """A node that writes its own name behind what it is given."""

    def __init__(self, name: str) -> None:
        self._name = name

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Joins:
        return cls(config["name"])

    def join(self, left: str, right: str = "") -> str:
        ran.append(self._name)
        return f"({left}{right}{self._name})"

    def fail(self, left: str) -> str:
        raise ValueError("broken node")


def node(name: str, needs: dict[str, str], target: bool = False, fn: str = "join") -> SchemaNode:
    return SchemaNode(needs, Joins, "create", fn, {"name": name}, is_target=target)


NODES = {
    # Written down from the last to the first, so that the order in the file is not the order to run in.
    "d": node("d", {"left": "b", "right": "c"}, target=True),
    "c": node("c", {"left": "a"}),
    "b": node("b", {"left": "a"}),
    "a": node("a", {"left": "said"}),
    "lone": node("lone", {"left": "said"}, target=True),
    "broken": node("broken", {"left": "said"}, fn="fail"),
}


def made(kind: type[GraphRunner], folder: Path) -> GraphRunner:
    ran.clear()
    schema = GraphSchema(NODES)
    return kind.create(schema, LocalModelStorage(folder), ExecutionContext(graph_schema=schema))


def test_a_node_runs_once_and_after_what_it_needs(tmp_path: Path) -> None:
    assert made(StraightRunner, tmp_path).run({"said": "x"}, targets=["d"]) == {"d": "(((xa)b)((xa)c)d)"}
    assert sorted(ran) == ["a", "b", "c", "d"]
    assert ran[0] == "a"
    assert ran[-1] == "d"


def test_the_same_as_with_rasas_own_runner(tmp_path: Path) -> None:
    ours = made(StraightRunner, tmp_path).run({"said": "x"}, targets=["d", "lone"])
    assert ours == made(DaskGraphRunner, tmp_path).run({"said": "x"}, targets=["d", "lone"])


def test_only_what_is_wanted_runs(tmp_path: Path) -> None:
    runner = made(StraightRunner, tmp_path)
    assert runner.run({"said": "x"}, targets=["b"]) == {"b": "((xa)b)"}
    assert ran == ["a", "b"]


def test_without_targets_the_targets_of_the_graph_run(tmp_path: Path) -> None:
    assert made(StraightRunner, tmp_path).run({"said": "x"}).keys() == {"d", "lone"}


def test_a_second_message_has_nothing_of_the_first(tmp_path: Path) -> None:
    runner = made(StraightRunner, tmp_path)
    assert runner.run({"said": "x"}, targets=["a"]) == {"a": "(xa)"}
    assert runner.run({"said": "y"}, targets=["a"]) == {"a": "(ya)"}


def test_an_input_named_like_a_node_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GraphRunError, match="a"):
        made(StraightRunner, tmp_path).run({"a": "x"}, targets=["d"])


def test_a_broken_node_is_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(GraphComponentException):
        made(StraightRunner, tmp_path).run({"said": "x"}, targets=["broken"])
