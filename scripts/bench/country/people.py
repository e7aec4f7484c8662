"""Who lives there: callers, most of them with names, volunteers, listeners, coordinators."""

from functools import cache
from itertools import product
from typing import Final

import numpy as np

from hotline.models import (
    Absence,
    Caller,
    CallerPhone,
    Coordinator,
    NameToken,
    Phone,
    Shift,
    Volunteer,
)
from hotline.models.naming import tokens
from scripts.bench.country.bulk import Bulk
from scripts.bench.country.drawn import DAY, LONG_AGO, Draw, day, moments, numbered, taken, where
from scripts.bench.country.story import Story

_MOBILES: Final = "+3363998"
_LANDLINES: Final = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649")
_IN_A_RANGE: Final = 10_000
COORDINATORS: Final = 40

_FIRST: Final = (
    *("Marie", "Jeanne", "Françoise", "Monique", "Catherine", "Nathalie", "Jacqueline", "Anne", "Odette"),
    *("Jean", "Pierre", "Michel", "André", "Philippe", "René", "Louis", "Alain", "Jacques", "Bernard"),
    *("Marcel", "Lucienne", "Élise", "Amina", "Fatima", "Mohamed", "Giulia", "Maria", "José", "Renée"),
    *("Simone", "Yvette", "Madeleine", "Hélène", "Denise", "Paulette", "Suzanne", "Georgette", "Colette"),
)
_LAST: Final = (
    *("Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau", "Laurent"),
    *("Simon", "Michel", "Lefèvre", "Leroy", "Roux", "David", "Bertrand", "Morel", "Fournier", "Girard"),
)
_BEGIN: Final = ("Bar", "Bou", "Cha", "Del", "Fau", "Gar", "Hau", "Lam", "Mon", "Nau", "Per", "Ros", "Val")
_MIDDLE: Final = ("ba", "bi", "da", "di", "ga", "li", "lo", "ma", "ne", "ni", "ra", "ri", "ro", "ta", "vi")
_END: Final = ("rd", "ton", "net", "llier", "gnon", "ssier", "ux", "ville", "mont", "lle")


def write(bulk: Bulk, draw: Draw, told: Story) -> list[str]:
    """Write everybody; return the telephone numbers, those of the volunteers first."""
    size = draw.size
    numbers = [*map(_volunteers_number, range(size.volunteers)), *map(_callers_number, range(size.callers))]
    bulk.write(
        Phone,
        len(numbers),
        id=numbered(len(numbers)),
        number=draw.sealed("phones.number", numbers),
        number_index=draw.indexed("phone", numbers),
        textable=[int(number.startswith(_MOBILES)) for number in numbers],
        telemarketing=0,
        created_at=LONG_AGO,
    )
    _write_volunteers(bulk, draw)
    _write_absences_and_shifts(bulk, draw)
    _write_coordinators(bulk, draw)
    _write_callers(bulk, draw, told)
    return numbers


def _write_callers(bulk: Bulk, draw: Draw, told: Story) -> None:
    count, names = draw.size.callers, _names(draw)
    known = ~draw.some(1 / 7, count)
    postcodes = [f"{5 + place % 90:02}{place * 10 % 1000:03}" for place in range(900)]
    lived = draw.below(len(postcodes), count)
    bulk.write(
        Caller,
        count,
        id=numbered(count),
        names=where(known, draw.sealed("callers.names", names)),
        postcode=taken(draw.sealed("callers.postcode", postcodes), lived),
        departement_index=taken(draw.indexed("departement", [one[:2] for one in postcodes]), lived),
        language=draw.one_of(["fr", "en", "it"], count, [0.95, 0.03, 0.02]),
        wished_hours=draw.one_of(["", "Mo-Fr 14:00-18:00", "Tu,Th 10:00-12:00"], count, [0.8, 0.1, 0.1]),
        state=draw.one_of(["active", "unreachable"], count, [0.99, 0.01]),
        created_at=moments(told.first),
        last_contact_at=moments(told.last),
    )
    bulk.write(
        CallerPhone, count, caller_id=numbered(count), phone_id=numbered(count, draw.size.volunteers + 1)
    )
    _write_beginnings(bulk, draw, where(known, names))


def _names(draw: Draw) -> list[str]:
    """Draw a name for each caller: some are common, most families' ones are not."""
    count = draw.size.callers
    rare = ["".join(parts) for parts in product(_BEGIN, _MIDDLE, _END)]
    given = draw.one_of(_FIRST, count, [1 / (place + 5) for place in range(len(_FIRST))])
    families = draw.one_of([*_LAST, *rare], count, [20.0] * len(_LAST) + [1.0] * len(rare))
    return [f"{first} {last}" for first, last in zip(given, families, strict=True)]


def _write_beginnings(bulk: Bulk, draw: Draw, names: list[str | None]) -> None:
    """Write what finds the callers by name."""
    found = cache(tokens)
    beginnings: dict[str, list[int]] = {}
    for caller_id, name in enumerate(names, 1):
        for beginning in found(name) if name else ():
            beginnings.setdefault(beginning, []).append(caller_id)
    keyed = sorted(zip(draw.indexed("name", list(beginnings)), beginnings.values(), strict=True))
    bulk.write(
        NameToken,
        sum(len(callers) for _, callers in keyed),
        token=[token for token, callers in keyed for _ in callers],
        caller_id=[caller_id for _, callers in keyed for caller_id in callers],
    )


def _write_volunteers(bulk: Bulk, draw: Draw) -> None:
    count = draw.size.volunteers
    states = draw.one_of(["active", "paused", "left", "pending"], count, [0.85, 0.05, 0.07, 0.03])
    waiting = draw.some(0.15, count) & np.array([state == "active" for state in states])
    bulk.write(
        Volunteer,
        count,
        id=numbered(count),
        first_name=draw.sealed("volunteers.first_name", draw.one_of(_FIRST, count)),
        last_name=draw.sealed("volunteers.last_name", draw.one_of(_LAST, count)),
        phone_id=numbered(count),
        postcode=draw.one_of(draw.sealed("volunteers.postcode", ["05100", "38000", "69003", "75011"]), count),
        languages=draw.one_of(["fr", "fr,en", "fr,it", "fr,ar"], count, [0.8, 0.1, 0.05, 0.05]),
        available=draw.one_of(["", "Mo-Fr 14:00-18:00", "Mo-Sa 09:00-12:00", "Tu,Th 17:00-19:00"], count),
        capacity=draw.one_of([0, 1, 2, 3, 5], count, [0.03, 0.3, 0.4, 0.2, 0.07]),
        state=states,
        waiting_since=where(waiting, moments(draw.ago(count, 60 * DAY))),
        created_at=moments(draw.ago(count)),
    )


def _write_absences_and_shifts(bulk: Bulk, draw: Draw) -> None:
    count, away = draw.size.volunteers, draw.many(3_000)
    bulk.write(
        Absence,
        away,
        id=numbered(away),
        volunteer_id=(draw.below(count, away) + 1).tolist(),
        from_date=draw.one_of([day(-3), day(-400), day(9)], away, [0.15, 0.75, 0.1]),
        until_date=draw.one_of([day(7), day(20)], away),
        created_at=LONG_AGO,
        over_at=draw.one_of([None, LONG_AGO], away, [0.25, 0.75]),
    )
    duties = draw.many(300)
    bulk.write(
        Shift,
        duties,
        id=numbered(duties),
        phone_id=(draw.below(count, duties) + 1).tolist(),
        available=draw.one_of(
            ["Mo 10:00-14:00", "Tu 14:00-18:00", "We 10:00-18:00", "Th,Fr 12:00-16:00"], duties
        ),
        until_date=draw.one_of([None, day(-30)], duties, [0.2, 0.8]),
        created_at=LONG_AGO,
    )


def _write_coordinators(bulk: Bulk, draw: Draw) -> None:
    addresses = [coordinator(number) for number in range(COORDINATORS)]
    bulk.write(
        Coordinator,
        COORDINATORS,
        id=numbered(COORDINATORS),
        name=draw.sealed("coordinators.name", [f"Camille {number}" for number in range(COORDINATORS)]),
        email=draw.sealed("coordinators.email", addresses),
        email_index=draw.indexed("email", addresses),
        fs_uniquifier=addresses,
        created_at=LONG_AGO,
    )


def coordinator(number: int) -> str:
    """Return a coordinator's address."""
    return f"bureau{number}@example.org"


def _volunteers_number(number: int) -> str:
    return f"{_MOBILES}{number:04}"


def _callers_number(number: int) -> str:
    """Return a number kept for fiction; these are soon used up, others are two figures too long."""
    kept_for_fiction, rest = divmod(number, _IN_A_RANGE)
    if kept_for_fiction < len(_LANDLINES):
        return f"{_LANDLINES[kept_for_fiction]}{rest:04}"
    return f"{_MOBILES}{number:06}"
