"""Who waits and who phones whom: requests, assignments with their steps, callbacks with their reports."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hotline.models import Assignment, Callback, Report, Request, Step
from scripts.bench.country.bulk import Bulk
from scripts.bench.country.drawn import (
    DAY,
    YEARS,
    Draw,
    Numbers,
    Seconds,
    day,
    days,
    moments,
    numbered,
    taken,
    where,
)
from scripts.bench.country.story import Story
from scripts.bench.country.words import SENTENCES

_OPEN: Final = {
    "assigned": 17_000,
    "waiting": 3_000,
    "needs_number": 1_500,
    "offered": 1_000,
    "referred": 500,
}
_AGAIN: Final = 0.5
_WEEK: Final = 7 * DAY
_AHEAD: Final = 5
_WEEKLY: Final = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=15;BYMINUTE=0"


@dataclass(frozen=True)
class _Requests:
    """The requests: whose, in which state, since when; a caller's own one has the caller's id."""

    caller: Numbers
    state: NDArray[np.str_]
    opened: Seconds
    closed: Seconds

    def places(self, state: str) -> Numbers:
        """Return where the requests in a state are."""
        return np.flatnonzero(self.state == state)


@dataclass(frozen=True)
class _Given:
    """The assignments: of which request, to whom, in which state, since when and until when."""

    request: Numbers
    volunteer: Numbers
    state: NDArray[np.str_]
    kind: NDArray[np.str_]
    offered: Seconds
    ended: Seconds

    def __len__(self) -> int:
        return len(self.request)

    def is_one_of(self, *states: str) -> NDArray[np.bool_]:
        """Tell of each whether it is in one of these states."""
        return np.isin(self.state, states)


def write(bulk: Bulk, draw: Draw, told: Story) -> list[int]:
    """Write all of it; return the ids of the callbacks that were made."""
    requests = _requests(draw, told)
    _write_requests(bulk, draw, requests)
    assignments = _assignments(draw, requests)
    _write_assignments(bulk, assignments, requests)
    _write_steps(bulk, draw, assignments)
    return _write_callbacks(bulk, draw, assignments)


def _requests(draw: Draw, told: Story) -> _Requests:
    """Draw requests: everybody has had one, half of them another; few are open, none of them very old."""
    callers = draw.size.callers
    count = callers + round(callers * _AGAIN)
    caller = np.concatenate([np.arange(callers), draw.below(callers, count - callers)])
    state = np.full(count, "closed", dtype="<U12")
    opened = np.minimum(told.first[caller], draw.ago(count))
    shuffled, begin = draw.lot.permutation(callers), 0
    for name, many in _OPEN.items():
        chosen = shuffled[begin : begin + draw.many(many)]
        begin += len(chosen)
        state[chosen] = name
        opened[chosen] = draw.ago(len(chosen), 2 * YEARS // 3 if name == "assigned" else 12 * DAY)
    closed = np.maximum(opened - draw.below(30 * DAY, count), 60)
    return _Requests(caller, state, opened, closed)


def _write_requests(bulk: Bulk, draw: Draw, requests: _Requests) -> None:
    count = len(requests.caller)
    closed = requests.state == "closed"
    kinds = draw.one_of(["unknown", "one_off", "recurring"], count, [0.5, 0.3, 0.2])
    needs = ["LIEN", "AIDE_ALIMENTAIRE", "SOLIDARITE_PROXIMITE", "AUTRE"]
    bulk.write(
        Request,
        count,
        id=numbered(count),
        caller_id=(requests.caller + 1).tolist(),
        kind=kinds,
        need=draw.one_of(needs, count, [0.9, 0.05, 0.03, 0.02]),
        state=requests.state.tolist(),
        priority=draw.one_of([0, 1, -1], count, [0.94, 0.03, 0.03]),
        opened_at=moments(requests.opened),
        closed_at=where(closed, moments(requests.closed)),
        close_reason=where(closed, draw.one_of(["done", "listener", "no_answer", "withdrawn"], count)),
    )


def _assignments(draw: Draw, requests: _Requests) -> _Given:
    """Draw assignments: who holds what is open, who held two of three closed requests, who declined."""
    held, offered, closed = (requests.places(state) for state in ("assigned", "offered", "closed"))
    was_held = closed[draw.some(0.65, len(closed))]
    declined = draw.lot.choice(closed, draw.many(40_000))
    request = np.concatenate([held, offered, was_held, declined])
    state = np.concatenate(
        [
            draw.one_of(["active", "paused"], len(held), [0.95, 0.05]),
            np.full(len(offered), "offered"),
            np.full(len(was_held), "ended"),
            draw.one_of(["declined", "expired"], len(declined)),
        ]
    )
    kind = np.where((state == "active") & draw.some(0.85, len(state)), "recurring", "one_off")
    kind[state == "paused"] = "recurring"
    since = np.maximum(requests.opened[request] - draw.below(2 * DAY, len(request)), 60)
    since[np.isin(state, ["offered"])] = draw.below(3 * 3600, len(offered)) + 60
    order = np.argsort(-since, kind="stable")
    volunteer = draw.below(draw.size.volunteers, len(request))
    ended = np.maximum(since - draw.below(60 * DAY, len(request)), 30)
    return _Given(
        request=request[order],
        volunteer=volunteer[order],
        state=state[order],
        kind=kind[order],
        offered=since[order],
        ended=ended[order],
    )


def _write_assignments(bulk: Bulk, given: _Given, requests: _Requests) -> None:
    recurring, over = given.kind == "recurring", given.is_one_of("ended")
    answered = ~given.is_one_of("offered", "expired")
    bulk.write(
        Assignment,
        len(given),
        id=numbered(len(given)),
        request_id=(given.request + 1).tolist(),
        caller_id=(requests.caller[given.request] + 1).tolist(),
        volunteer_id=(given.volunteer + 1).tolist(),
        kind=given.kind.tolist(),
        cadence=where(recurring, [_WEEKLY] * len(given)),
        starts_on=where(recurring, days(given.offered)),
        planned_until=where(recurring, [day(_AHEAD * 7)] * len(given)),
        state=given.state.tolist(),
        offered_at=moments(given.offered),
        expires_at=moments(given.offered - 4 * 3600),
        answered_at=where(answered, moments(given.offered - 1)),
        ended_at=where(over, moments(given.ended)),
        end_reason=where(over, ["done"] * len(given)),
    )


def _write_steps(bulk: Bulk, draw: Draw, given: _Given) -> None:
    ids = np.arange(len(given)) + 1
    parts: list[tuple[str, NDArray[np.bool_], Seconds]] = [
        ("created", np.full(len(given), fill_value=True), given.offered),
        ("accepted", given.is_one_of("active", "paused", "ended"), given.offered - 1),
        ("ended", given.is_one_of("ended", "declined"), given.ended),
    ]
    count = sum(int(which.sum()) for _, which, _ in parts)
    ago = np.concatenate([ago[which] for _, which, ago in parts])
    kinds = [kind for kind, which, _ in parts for _ in range(int(which.sum()))]
    order = np.argsort(-ago, kind="stable")
    bulk.write(
        Step,
        count,
        id=numbered(count),
        assignment_id=np.concatenate([ids[which] for _, which, _ in parts])[order].tolist(),
        kind=taken(kinds, order),
        at=moments(ago[order]),
        actor=draw.one_of(draw.sealed("steps.actor", ["horloge", "Camille Faure"]), count, [0.9, 0.1]),
    )


def _write_callbacks(bulk: Bulk, draw: Draw, given: _Given) -> list[int]:
    """Write the weekly calls around today of the relations that live, and one call of each that is over."""
    live, over = np.flatnonzero(given.is_one_of("active")), np.flatnonzero(given.is_one_of("ended"))
    weeks = np.repeat(np.arange(_AHEAD, -_AHEAD, -1), len(live))
    clock = np.tile(draw.below(5 * DAY, len(live)) - 2 * DAY, 2 * _AHEAD)
    assignment = np.concatenate([np.tile(live, 2 * _AHEAD), over])
    due = np.concatenate([weeks * _WEEK + clock, (given.offered[over] + given.ended[over]) // 2])
    order = np.argsort(-due, kind="stable")
    assignment, due = assignment[order], due[order]
    count, to_come = len(due), due < 0
    was = np.array(draw.one_of(["made", "no_answer", "missed"], count, [0.8, 0.15, 0.05]))
    state = np.where(to_come | ((due < DAY) & draw.some(0.05, count)), "planned", was)
    made = state == "made"
    minutes = draw.below(40 * 60, count) + 60
    bulk.write(
        Callback,
        count,
        id=numbered(count),
        assignment_id=(assignment + 1).tolist(),
        occurrence=days(due),
        due_at=moments(due),
        act_at=where(state == "planned", moments(due + 3 * 3600)),
        state=state.tolist(),
        made_at=where(made, moments(due - 600)),
        duration=where(made, minutes.tolist()),
        outcome=where(made, ["reached"] * count),
    )
    told = np.flatnonzero(made & draw.some(0.6, count))
    _write_reports(bulk, draw, told, given.volunteer[assignment[told]], due[told])
    return (np.flatnonzero(made) + 1).tolist()


def _write_reports(bulk: Bulk, draw: Draw, callback: Numbers, volunteer: Numbers, ago: Seconds) -> None:
    count = len(callback)
    words: list[Any] = [None, *draw.sealed("reports.words", SENTENCES)]
    bulk.write(
        Report,
        count,
        id=numbered(count),
        callback_id=(callback + 1).tolist(),
        volunteer_id=(volunteer + 1).tolist(),
        source=draw.one_of(["text", "key", "page"], count),
        at=moments(np.maximum(ago - 1800, 30)),
        mood=draw.one_of([None, "good", "fair", "bad"], count, [0.3, 0.4, 0.2, 0.1]),
        words=draw.one_of(words, count, [0.6, *[0.4 / len(SENTENCES)] * len(SENTENCES)]),
    )
