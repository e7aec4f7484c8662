"""Crowds to be matched, as a large association would have them: the same at every run."""

import random

from hotline.services.matching import Candidate, Waiting

_HALF_HOURS = 48
_DEPARTEMENTS = tuple(f"{number:02}" for number in range(1, 97))


def requests(chance: random.Random, count: int, volunteers: int) -> list[Waiting]:
    """Requests: half wish for certain hours; of twenty one was refused, one has a voice, one avoids some."""
    return [
        Waiting(
            request_id=number,
            waited_seconds=chance.randrange(10**6),
            priority=chance.choices((0, 1, -1), (8, 1, 1))[0],
            language="it" if chance.random() < 0.1 else "fr",
            barred=frozenset(chance.sample(range(volunteers), 2) if number % 20 == 0 else ()),
            phones=frozenset({volunteers + number}),
            departement=chance.choice(_DEPARTEMENTS),
            wished=_hours(chance, days=3, longest=4) if chance.random() < 0.5 else None,
            steady_voice=chance.randrange(volunteers) if number % 20 == 7 else None,
            lately=tuple(chance.sample(range(volunteers), 3)) if number % 20 == 13 else (),
        )
        for number in range(count)
    ]


def candidates(chance: random.Random, count: int) -> list[Candidate]:
    """Volunteers of whom one in seven speaks Italian, one in ten is a trainee, and a third is always free."""
    return [
        Candidate(
            volunteer_id=number,
            languages=frozenset({"fr", "it"} if number % 7 == 0 else {"fr"}),
            capacity_left=chance.randrange(6),
            load=chance.randrange(4),
            phone=number,
            departement=chance.choice(_DEPARTEMENTS),
            slots=None if number % 3 == 0 else _hours(chance, days=5, longest=6),
            trainee=number % 10 == 3,
            mentored=True,
        )
        for number in range(count)
    ]


def both(waiting: int, volunteers: int) -> tuple[list[Waiting], list[Candidate]]:
    """Return a crowd of a size."""
    chance = random.Random(5)
    return requests(chance, waiting, volunteers), candidates(chance, volunteers)


def _hours(chance: random.Random, days: int, longest: int) -> frozenset[int]:
    """The same stretch of hours on some days of a week, in half hours."""
    start, length = chance.randrange(8, 18), chance.randrange(longest // 2, longest + 1)
    days_chosen = chance.sample(range(7), chance.randrange(1, days + 1))
    hours = range(2 * start, 2 * (start + length))
    return frozenset(day * _HALF_HOURS + hour for day in days_chosen for hour in hours)
