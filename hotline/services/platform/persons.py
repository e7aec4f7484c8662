"""The rows of an export put together: one person applies for many missions, and is one volunteer.

Rows are the same person's by profile, then by address under the same first name, then by number.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from hotline.models.status import VolunteerState
from hotline.phone import PhoneNumber
from hotline.services import cells
from hotline.services.platform.entries import Entry


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in an export: their best row first, then the others; what one row lacks another may have."""

    entries: tuple[Entry, ...]

    @property
    def best(self) -> Entry:
        """The row that tells most: of the best state, the first one in the file."""
        return self.entries[0]

    @property
    def profiles(self) -> tuple[str, ...]:
        """Every profile of theirs on the platform."""
        return tuple(dict.fromkeys(one.profile for one in self.entries if one.profile))

    @property
    def emails(self) -> tuple[str, ...]:
        """Every address of theirs, in lower case."""
        return tuple(dict.fromkeys(one.email.lower() for one in self.entries if one.email))

    @property
    def phone(self) -> PhoneNumber | None:
        """The first number that the line may dial."""
        return next((one.phone for one in self.entries if one.phone), None)

    @property
    def minor(self) -> bool:
        """Tell whether they are under age."""
        return any(one.minor for one in self.entries)

    def first(self, field: str) -> str | None:
        """Return the first cell of a column that holds something."""
        return next((text for one in self.entries if (text := getattr(one, field))), None)


def persons(entries: Sequence[Entry]) -> list[Person]:
    """Return each person once, in the order of their first row."""
    first = _first_rows(entries)
    more: dict[int, list[Entry]] = defaultdict(list)
    for place, entry in enumerate(entries):
        if first[place] != place:
            more[first[place]].append(entry)
    return [
        Person(tuple(sorted((entry, *more.get(place, ())), key=_rank)))
        for place, entry in enumerate(entries)
        if first[place] == place
    ]


def _first_rows(entries: Sequence[Entry]) -> list[int]:
    """Return for each row the place of the same person's first one."""
    leader = list(range(len(entries)))
    for key in (_profile, _address, _number):
        seen: dict[str, int] = {}
        for place, entry in enumerate(entries):
            if said := key(entry):
                _join(leader, place, seen.setdefault(said, place))
    return [_lead(leader, place) for place in range(len(entries))]


def _profile(entry: Entry) -> str:
    return entry.profile


def _address(entry: Entry) -> str:
    return f"{entry.email.lower()} {cells.folded(entry.first_name)}" if entry.email else ""


def _number(entry: Entry) -> str:
    return entry.phone.e164 if entry.phone else ""


def _join(leader: list[int], place: int, same: int) -> None:
    one, other = _lead(leader, place), _lead(leader, same)
    leader[max(one, other)] = min(one, other)


def _lead(leader: list[int], place: int) -> int:
    while leader[place] != place:
        leader[place] = leader[leader[place]]
        place = leader[place]
    return place


def _rank(entry: Entry) -> tuple[bool, int]:
    return entry.state is not VolunteerState.ACTIVE, entry.number
