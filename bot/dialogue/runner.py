"""In: a trained graph and its inputs. Out: the outputs of the wanted nodes.

Rasa's own runner plans the same dask graph again for every message. Here the order of nodes is worked out once
for each set of targets and then simply followed.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage


class StraightRunner(GraphRunner):
    """Runs a graph's nodes in a fixed topological order, in the calling thread."""

    def __init__(self, schema: GraphSchema, nodes: dict[str, GraphNode]) -> None:
        self._schema = schema
        self._nodes = nodes
        self._orders: dict[tuple[str, ...], list[str]] = {}

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> StraightRunner:
        """Builds the nodes (see GraphRunner.create)."""
        nodes = {
            name: GraphNode.from_schema_node(name, node, model_storage, execution_context, hooks)
            for name, node in graph_schema.nodes.items()
        }
        return cls(graph_schema, nodes)

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Runs what the targets need (see GraphRunner.run).

        Raises:
            GraphRunError: an input has the name of a node.
        """
        wanted = tuple(targets or self._schema.target_names)
        done: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
        clash = done.keys() & self._nodes.keys()
        if clash:
            raise GraphRunError(f"Inputs named like nodes: {sorted(clash)}")
        for name in self._order(wanted):
            needs = self._schema.nodes[name].needs.values()
            done[name] = self._nodes[name](*(done.get(need, need) for need in needs))
        return {name: done[name][1] for name in wanted}

    def _order(self, targets: tuple[str, ...]) -> list[str]:
        if targets not in self._orders:
            order: list[str] = []
            for target in targets:
                self._visit(target, order)
            self._orders[targets] = order
        return self._orders[targets]

    def _visit(self, name: str, order: list[str]) -> None:
        if name in order or name not in self._schema.nodes:  # an input, not a node
            return
        for need in self._schema.nodes[name].needs.values():
            self._visit(need, order)
        order.append(name)
