"""Who may be offered what: the two sides of the assignment round and the hard rules between them, pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

STEADY_VOICE: Final = -3
ROTATION: Final = (3, 2, 1)


class Refusal(StrEnum):
    """Why one volunteer may not serve one request, in the order in which it is checked."""

    INACTIVE = "inactive"
    AWAY = "away"
    NO_TEXTS = "no_texts"
    LANGUAGE = "language"
    BY_MAIL = "by_mail"
    SAME_NUMBER = "same_number"
    REFUSED = "refused"
    TANDEM = "tandem"
    CAPACITY = "capacity"
    WEEKLY_CAP = "weekly_cap"
    QUIET = "quiet"
    HOURS = "hours"


Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody waits for a volunteer: a request, or with `covers_id` one call in another volunteer's stead.

    `wished` and a candidate's `slots` hold the same opaque ids, None is any time; `phones` and a candidate's
    `phone` are ids of telephones. `barred` refused it or held it. `steady_voice` is the volunteer whom the
    caller would rather hear again, `lately` those whom they would rather not, the latest first. `by_mail`
    says that they are written to instead of phoned.
    """

    request_id: int
    waited_seconds: int
    priority: int
    language: str
    barred: frozenset[int]
    phones: frozenset[int]
    departement: str | None
    wished: frozenset[int] | None
    steady_voice: int | None = None
    lately: tuple[int, ...] = ()
    covers_id: int | None = None
    by_mail: bool = False

    @property
    def key(self) -> Key:
        """What tells it from every other: the request, and the covered call or 0."""
        return self.request_id, self.covers_id or 0

    @property
    def urgent(self) -> bool:
        """Tell whether it comes before ordinary requests."""
        return self.priority > 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A volunteer who may be offered `capacity_left` requests more than the `load` already held.

    `week_left` is how many calls they still make this week, None without a cap; `mentored` says that a
    trainee's mentor is there, `writes` that they also write mails.
    """

    volunteer_id: int
    languages: frozenset[str]
    capacity_left: int
    load: int
    phone: int
    departement: str | None
    slots: frozenset[int] | None
    week_left: int | None = None
    trainee: bool = False
    mentored: bool = False
    active: bool = True
    away: bool = False
    takes_texts: bool = True
    quiet_now: bool = False
    writes: bool = False

    @property
    def room(self) -> int:
        """How many requests they may be offered in one round."""
        return max(
            0, self.capacity_left if self.week_left is None else min(self.capacity_left, self.week_left)
        )


_Rule = Callable[[Waiting, Candidate], bool]

RULES: Final[Mapping[Refusal, _Rule]] = {
    Refusal.INACTIVE: lambda _, candidate: not candidate.active,
    Refusal.AWAY: lambda _, candidate: candidate.away,
    Refusal.NO_TEXTS: lambda _, candidate: not candidate.takes_texts,
    Refusal.LANGUAGE: lambda waiting, candidate: waiting.language not in candidate.languages,
    Refusal.BY_MAIL: lambda waiting, candidate: waiting.by_mail and not candidate.writes,
    Refusal.SAME_NUMBER: lambda waiting, candidate: candidate.phone in waiting.phones,
    Refusal.REFUSED: lambda waiting, candidate: candidate.volunteer_id in waiting.barred,
    Refusal.TANDEM: lambda waiting, candidate: (
        candidate.trainee and (waiting.urgent or not candidate.mentored)
    ),
    Refusal.CAPACITY: lambda _, candidate: candidate.capacity_left <= 0,
    Refusal.WEEKLY_CAP: lambda _, candidate: candidate.week_left is not None and candidate.week_left <= 0,
    Refusal.QUIET: lambda _, candidate: candidate.quiet_now,
    Refusal.HOURS: lambda waiting, candidate: not _meet(waiting.wished, candidate.slots),
}


def may_serve(waiting: Waiting, candidate: Candidate) -> Refusal | None:
    """None when the volunteer may be offered the request, else the first hard rule against it."""
    return next((refusal for refusal, broken in RULES.items() if broken(waiting, candidate)), None)


def voice(waiting: Waiting, volunteer_id: int) -> int:
    """What hearing this volunteer costs the caller: less than nothing for a steady voice, most for the last.

    Only a caller who prefers rotation has `lately`.
    """
    if volunteer_id == waiting.steady_voice:
        return STEADY_VOICE
    return dict(zip(waiting.lately, ROTATION, strict=False)).get(volunteer_id, 0)


def far(waiting: Waiting, candidate: Candidate) -> bool:
    """Tell whether the two live in different départements."""
    return waiting.departement is not None and waiting.departement != candidate.departement


def _meet(wished: frozenset[int] | None, slots: frozenset[int] | None) -> bool:
    """Tell whether two people's hours meet; None is any time, nobody meets an empty week."""
    if slots is None:
        return True
    return bool(slots) if wished is None else not wished.isdisjoint(slots)
