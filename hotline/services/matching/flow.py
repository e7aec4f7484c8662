"""A flow of minimum cost through a network: OR-Tools behind four methods, arcs added by the thousand."""

import numpy as np

Integers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
_MOST = 2**62


def integers(values: object) -> Integers:
    """Return values as 64-bit integers."""
    return np.asarray(values, dtype=np.int64)


class Network:
    """Numbered nodes and arcs, solved once; costs are per unit, and cost x nodes must stay below 2**62."""

    def __init__(self) -> None:
        self.nodes = 0
        self._blocks: list[Integers] = []

    def grow(self, count: int) -> Integers:
        """Add nodes and return their numbers."""
        self.nodes += count
        return np.arange(self.nodes - count, self.nodes)

    def arcs(self, tails: object, heads: object, capacities: object = 1, costs: object = 0) -> None:
        """Add arcs; a single number stands for all of them."""
        block = np.broadcast_arrays(*map(integers, (tails, heads, capacities, costs)))
        self._blocks.append(np.stack([column.ravel() for column in block]))

    def flows(self, sources: Integers, sink: int) -> Integers:
        """Send one unit from each source (repeated: several) to the sink; return the units on each arc.

        Arcs are in order of addition. Raises ArithmeticError where nothing fits or costs are too great.
        """
        tails, heads, capacities, costs = self._columns()
        if len(costs) and int(np.abs(costs).max()) * self.nodes >= _MOST:
            raise ArithmeticError("no cheapest flow: costs too great for 64 bits")
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # noqa: PLC0415 - the web never solves

        solver = SimpleMinCostFlow()
        ids = solver.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
        supplies = np.bincount(sources, minlength=self.nodes)
        supplies[sink] = -len(sources)
        solver.set_nodes_supplies(np.arange(self.nodes), supplies)
        status = solver.solve()
        if status != solver.OPTIMAL:
            raise ArithmeticError(f"no cheapest flow: {status}")
        return integers(solver.flows(ids))

    def ends(self, flows: Integers, starts: Integers, ends: Integers) -> Integers:
        """Follow each unit from its start to the first of the nodes `ends` on its way; return these nodes.

        Units that meet in a node may swap their ways from there on.
        """
        tails, heads, *_ = self._columns()
        final = np.zeros(self.nodes, dtype=bool)
        final[ends] = True
        used = np.flatnonzero((flows > 0) & ~final[tails])
        used = used[np.argsort(tails[used], kind="stable")]
        onward = np.repeat(heads[used], flows[used])
        first = np.searchsorted(np.repeat(tails[used], flows[used]), np.arange(self.nodes))
        reached, moving = starts.copy(), np.arange(len(starts))
        while len(moving := moving[~final[reached[moving]]]):
            moving = moving[np.argsort(reached[moving], kind="stable")]
            here = reached[moving]
            place = np.arange(len(here)) - np.searchsorted(here, here)
            reached[moving] = onward[first[here] + place]
            first += np.bincount(here, minlength=self.nodes)
        return reached

    def _columns(self) -> Integers:
        return np.concatenate(self._blocks, axis=1) if self._blocks else np.zeros((4, 0), dtype=np.int64)
