"""The two lists of a round as columns of integers: what the networks are made of."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from functools import cached_property
from typing import Final

import numpy as np

from hotline.services.matching.flow import Integers
from hotline.services.matching.rules import ROTATION, Candidate, Waiting, may_serve, voice
from hotline.services.matching.slots import Bits, timetable

_DIRECT_ARCS: Final = 50_000


class Crowd:
    """Requests and volunteers by their place in two sorted lists.

    A tongue is a language, spoken or written, for urgent requests or not; département 0 is none.
    `exceptions` are the requests that do not see every volunteer alike, with the places that they should not
    get.
    """

    def __init__(self, waiting: Iterable[Waiting], candidates: Iterable[Candidate]) -> None:
        self.queue = sorted(waiting, key=lambda request: request.key)
        self.pool = sorted(candidates, key=lambda candidate: candidate.volunteer_id)
        self.places = {candidate.volunteer_id: place for place, candidate in enumerate(self.pool)}
        self.room = self._column(self._room(candidate) for candidate in self.pool)
        self.load = self._column(candidate.load for candidate in self.pool)
        self.hours = timetable(
            [request.wished for request in self.queue], [candidate.slots for candidate in self.pool]
        )
        self._read_tongues()
        self._read_departements()
        self.exceptions = dict(self._read_exceptions())

    def may(self, request: int) -> Bits:
        """Tell for each volunteer whether they may serve a request now."""
        fit: Bits = (self.room > 0) & self.speaks[:, self.tongue[request]]
        fit &= self.hours.meet(self.hours.wish[request])
        fit[self.barred(self.queue[request])] = False
        return fit

    def barred(self, request: Waiting) -> list[int]:
        """The places of those who refused this request or whose own number it came from."""
        refused = (self.places[volunteer] for volunteer in request.barred if volunteer in self.places)
        own = (place for phone in request.phones for place in self._by_phone.get(phone, ()))
        return [*refused, *own]

    def steady(self, request: int) -> int | None:
        """The place of the steady voice that a caller may hear again."""
        waiting = self.queue[request]
        place = None if waiting.steady_voice is None else self.places.get(waiting.steady_voice)
        if place is None or not self.room[place] or may_serve(waiting, self.pool[place]):
            return None
        return place

    @cached_property
    def rank(self) -> Integers:
        """What is served first has the highest: urgency, then age, then the order of arrival; from 1."""
        age = self._column(request.waited_seconds for request in self.queue)
        priority = self._column(request.priority for request in self.queue)
        rank = np.empty(len(self.queue), dtype=np.int64)
        rank[np.lexsort((-np.arange(len(rank)), age, priority))] = np.arange(1, len(rank) + 1)
        return rank

    @cached_property
    def reach(self) -> Integers:
        """At least one for every wish (row) and tongue that somebody can serve; never less than how many."""
        able = np.zeros((len(self.hours.hours), self.speaks.shape[1]), dtype=np.int64)
        np.add.at(able, self.hours.free, self.speaks & (self.room > 0)[:, None])
        reached: Integers = self.hours.wishes @ (self.hours.hours.T @ able)
        return reached

    def singled_out(self) -> set[int]:
        """The exceptions that are cheap to write out, volunteer by volunteer: the smallest choice first."""
        sizes = {request: self._reach_of(request) for request in self.exceptions}
        order = sorted(sizes, key=lambda request: (sizes[request], request))
        arcs = np.cumsum([sizes[request] for request in order])
        return set(order[: int(np.searchsorted(arcs, _DIRECT_ARCS, side="right"))])

    def _reach_of(self, request: int) -> int:
        return int(min(self.reach[self.hours.wish[request], self.tongue[request]], len(self.pool)))

    def _room(self, candidate: Candidate) -> int:
        """How many requests of the queue a volunteer may take, whichever they are."""
        ready = candidate.active and not candidate.away and candidate.takes_texts and not candidate.quiet_now
        paired = candidate.mentored or not candidate.trainee
        return min(candidate.room, len(self.queue)) if ready and paired else 0

    def _read_tongues(self) -> None:
        known: dict[tuple[str, bool, bool], int] = {}
        spoken = ((request.language, request.urgent, request.by_mail) for request in self.queue)
        self.tongue = self._column(known.setdefault(tongue, len(known)) for tongue in spoken)
        self.speaks = np.zeros((len(self.pool), len(known)), dtype=bool)
        for place, candidate in enumerate(self.pool):
            for (language, urgent, by_mail), tongue in known.items():
                trusted = not (urgent and candidate.trainee) and (candidate.writes or not by_mail)
                self.speaks[place, tongue] = trusted and language in candidate.languages

    def _read_departements(self) -> None:
        known: dict[str | None, int] = {None: 0}

        def column(people: Sequence[Waiting] | Sequence[Candidate]) -> Integers:
            return self._column(known.setdefault(person.departement, len(known)) for person in people)

        self.home, self.departement = column(self.queue), column(self.pool)

    def _read_exceptions(self) -> Iterable[tuple[int, frozenset[int]]]:
        self._by_phone: dict[int, list[int]] = defaultdict(list)
        for place, candidate in enumerate(self.pool):
            self._by_phone[candidate.phone].append(place)
        for request, waiting in enumerate(self.queue):
            if waiting.barred or waiting.lately or not self._by_phone.keys().isdisjoint(waiting.phones):
                lately = (self.places[one] for one in waiting.lately[: len(ROTATION)] if one in self.places)
                unwelcome = (place for place in lately if voice(waiting, self.pool[place].volunteer_id) > 0)
                if avoided := frozenset((*self.barred(waiting), *unwelcome)):
                    yield request, avoided

    @staticmethod
    def _column(values: Iterable[int]) -> Integers:
        return np.fromiter(values, np.int64)


def numbered(*columns: Integers) -> tuple[Integers, Integers]:
    """Return a representative of each distinct row of columns, and for every row the place of its own."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        _, code = np.unique(column, return_inverse=True)
        key = key * (int(code.max(initial=0)) + 1) + code
        _, key = np.unique(key, return_inverse=True)
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    return first, place


def rows_of(table: Bits) -> Integers:
    """Return a number for each row of bits, equal for equal rows."""
    known: dict[Hashable, int] = {}
    return np.fromiter((known.setdefault(row.tobytes(), len(known)) for row in table), np.int64)
