"""A flow of minimum cost through a network without cycles: OR-Tools behind four methods."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

Integers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


class Network:
    """Numbered nodes and arcs, filled by hand, solved once; every source sends one unit to the sink."""

    def __init__(self, nodes: int) -> None:
        self.nodes = nodes
        self._arcs = array("q")

    def node(self) -> int:
        """Add a node and return its number."""
        self.nodes += 1
        return self.nodes - 1

    def arc(self, tail: int, head: int, capacity: int, cost: int) -> None:
        """Add an arc; its cost is per unit and may be negative, cost x nodes must stay below 2**62."""
        self._arcs.extend((tail, head, capacity, cost))

    def flows(self, sources: Sequence[int], sink: int) -> Integers:
        """The units on each arc, in order of addition. Raises ArithmeticError where nothing fits."""
        solver = SimpleMinCostFlow()
        ids = solver.add_arcs_with_capacity_and_unit_cost(*self._rows().T.copy())
        solver.set_nodes_supplies(np.array(sources, dtype=np.int64), np.ones(len(sources), dtype=np.int64))
        solver.set_node_supply(sink, -len(sources))
        status = solver.solve()
        if status != solver.OPTIMAL:
            raise ArithmeticError(f"no cheapest flow: {status}")
        return np.asarray(solver.flows(ids), dtype=np.int64)

    def ends(self, sources: Sequence[int], sink: int, is_end: Callable[[int], bool]) -> Iterator[int]:
        """For each source the first node on its unit's way that satisfies `is_end`, sources in order.

        Units that meet in a node may swap their ways from there on.
        """
        onward: dict[int, list[list[int]]] = defaultdict(list)
        flows = self.flows(sources, sink)
        used = np.flatnonzero(flows)
        for (tail, head), flow in zip(self._rows()[used, :2].tolist(), flows[used].tolist(), strict=True):
            onward[tail].append([head, flow])
        for node in sources:
            reached = node
            while not is_end(reached):
                way = onward[reached][-1]
                way[1] -= 1
                if not way[1]:
                    onward[reached].pop()
                reached = way[0]
            yield reached

    def _rows(self) -> Integers:
        return np.frombuffer(self._arcs, dtype=np.int64).reshape(-1, 4)
