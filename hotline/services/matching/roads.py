"""The network of a round: requests, hubs, volunteers, sink; it grows with the lists, not with their product.

Requests that see every volunteer alike share a node, and so do volunteers whom every request sees alike. Both
meet in hubs: a tongue and a slot, once for each département and once for them all. Going from the one to the
other costs 1. Requests with an exception and a small choice have arcs of their own instead.
"""

from collections.abc import Collection

import numpy as np

from hotline.services.matching.crowd import Crowd, numbered, rows_of
from hotline.services.matching.flow import Integers, Network, integers


class Roads:
    """The ways of some requests (places in the crowd's queue) to the volunteers; the caller leads on."""

    def __init__(
        self, crowd: Crowd, requests: Integers, apart: Collection[int], *, by_departement: bool
    ) -> None:
        self.crowd, self.requests, self.network = crowd, requests, Network()
        self._home = crowd.home[requests] if by_departement else np.zeros(len(requests), dtype=np.int64)
        self._far = by_departement
        self.own = 0
        self.sink = int(self.network.grow(1)[0])
        self.volunteers = self.network.grow(len(crowd.pool))
        self._open_hubs()
        self.alone = np.isin(requests, integers(sorted(apart)))
        self.starts = self._lead_in()

    @property
    def most_crossings(self) -> int:
        """On how many nodes of a simple cycle the cost of a département may differ: an upper bound."""
        return len(self._tops) + int(self.alone.sum()) + self.own

    def start_alone(self, position: int) -> int:
        """Give a request a node of its own before the one that it shares; return it."""
        (node,) = self.network.grow(1)
        self.network.arcs(node, self.starts[position])
        self.starts[position] = node
        self.own += 1
        return int(node)

    def direct(self, position: int, places: Integers, costs: object) -> None:
        """Lead a request of its own to some volunteers."""
        self.network.arcs(self.starts[position], self.volunteers[places], 1, costs)

    def far(self, position: int, places: Integers) -> Integers:
        """Return 1 for each volunteer of another département than the caller's, else 0."""
        home = self._home[position]
        return integers((self.crowd.departement[places] != home) & (home > 0))

    def ends(self) -> Integers:
        """Solve; return the place of the volunteer of each request."""
        flows = self.network.flows(self.starts, self.sink)
        reached: Integers = self.network.ends(flows, self.starts, self.volunteers) - (self.sink + 1)
        return reached

    def _open_hubs(self) -> None:
        """Make the hubs and lead from them to the volunteers; a hub for all départements leads to theirs."""
        crowd, count = self.crowd, len(self.requests)
        able = np.flatnonzero(crowd.room > 0)
        departement = crowd.departement[able] if self._far else np.zeros(len(able), dtype=np.int64)
        first, kind = numbered(rows_of(crowd.speaks[able]), crowd.hours.free[able], departement)
        kinds, many = self.volunteers[able[first]], np.bincount(kind) > 1
        kinds[many] = self.network.grow(int(many.sum()))
        alike = many[kind]
        self.network.arcs(kinds[kind][alike], self.volunteers[able[alike]], crowd.room[able[alike]])
        room = np.bincount(kind, crowd.room[able], len(first)).astype(np.int64)
        self._slots, self._span = crowd.hours.hours.shape[1], int(crowd.departement.max(initial=0)) + 1
        hours = crowd.hours.hours[crowd.hours.free[able[first]]]
        which, slot = np.nonzero(hours)
        spoken, tongue = np.nonzero(crowd.speaks[able[first]][which])
        which, slot = which[spoken], slot[spoken]
        keys = (tongue * self._slots + slot) * self._span + departement[first[which]]
        self._keys, place = np.unique(keys, return_inverse=True)
        self._hubs = self.network.grow(len(self._keys))
        self.network.arcs(self._hubs[place], kinds[which], np.minimum(room[which], count))
        self._tops, place = np.unique(self._keys // self._span, return_inverse=True)
        self._roofs = self.network.grow(len(self._tops))
        self.network.arcs(self._roofs[place], self._hubs, count)
        local = self._keys % self._span > 0
        self.network.arcs(self._hubs[local], self._roofs[place[local]], count, 1)

    def _lead_in(self) -> Integers:
        """Lead the requests to the hubs; return the node at which each starts."""
        crowd, shared = self.crowd, np.flatnonzero(~self.alone)
        starts = np.zeros(len(self.requests), dtype=np.int64)
        starts[self.alone] = self.network.grow(int(self.alone.sum()))
        those, home = self.requests[shared], self._home[shared]
        first, kind = numbered(crowd.tongue[those], crowd.hours.wish[those], home)
        kinds = self.network.grow(len(first))
        starts[shared] = kinds[kind]
        size = np.bincount(kind, minlength=len(first))
        which, slot = np.nonzero(crowd.hours.wishes[crowd.hours.wish[those[first]]])
        top = crowd.tongue[those[first[which]]] * self._slots + slot
        home = home[first[which]]
        near, hub = _found(top * self._span + home, self._keys)
        near &= (home > 0) | (not self._far)
        self.network.arcs(kinds[which[near]], self._hubs[hub[near]], size[which[near]])
        above, roof = _found(top, self._tops)
        above &= ~near
        self.network.arcs(kinds[which[above]], self._roofs[roof[above]], size[which[above]], home[above] > 0)
        return starts


def _found(
    wanted: Integers, known: Integers
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.bool_]], Integers]:
    """Tell which values are among the known ones (sorted), and where."""
    place = np.minimum(np.searchsorted(known, wanted), max(len(known) - 1, 0))
    return (known[place] == wanted if len(known) else np.zeros(len(wanted), dtype=bool)), place
