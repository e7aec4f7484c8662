"""How long one assignment round takes, by the number of requests and volunteers."""

import random
import time
from dataclasses import dataclass

from hotline.services.matching import Candidate, Waiting, match

SIZES = ((50, 20), (189, 100), (1_000, 500))
DEPARTEMENTS = ("05", "04", "38", "13", None)


@dataclass(frozen=True)
class Timing:
    """What one round took, in seconds."""

    requests: int
    volunteers: int
    pairs: int
    seconds: float


def some(chance: random.Random, slots: int) -> frozenset[int]:
    """A few of the forty hours of a week."""
    return frozenset(chance.sample(range(40), slots))


def requests(chance: random.Random, count: int, volunteers: int) -> list[Waiting]:
    """Requests of which half wish for certain hours and one in ten was refused before."""
    return [
        Waiting(
            request_id=number,
            caller_id=number,
            waited_seconds=chance.randrange(10**6),
            priority=chance.choice((0, 0, 0, 0, 0, 0, 0, 0, 1, -1)),
            language=chance.choice(("fr",) * 9 + ("it",)),
            refused_by=frozenset(chance.sample(range(volunteers), 2 if number % 10 == 0 else 0)),
            phones=frozenset({f"caller {number}"}),
            departement=chance.choice(DEPARTEMENTS),
            wished=chance.choice((None, some(chance, 3))),
        )
        for number in range(count)
    ]


def candidates(chance: random.Random, count: int) -> list[Candidate]:
    """Volunteers of whom one in seven speaks Italian and a third is free at any hour."""
    return [
        Candidate(
            volunteer_id=number,
            languages=frozenset({"fr", "it"} if number % 7 == 0 else {"fr"}),
            capacity_left=chance.randrange(6),
            load=chance.randrange(4),
            phone=f"volunteer {number}",
            departement=chance.choice(DEPARTEMENTS),
            slots=chance.choice((None, some(chance, 10), some(chance, 5))),
        )
        for number in range(count)
    ]


def timed(waiting: int, volunteers: int) -> Timing:
    """Time one round of a size."""
    chance = random.Random(5)
    queue, pool = requests(chance, waiting, volunteers), candidates(chance, volunteers)
    begin = time.perf_counter()
    matching = match(queue, pool)
    return Timing(waiting, volunteers, len(matching.pairs), time.perf_counter() - begin)
