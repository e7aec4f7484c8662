"""Why this volunteer and why not another one: the round's own reasons, for a request of the desk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from hotline.models import Caller, Request
from hotline.models.status import CallerState, RequestState
from hotline.services import matching
from hotline.services.desk.giving import KNOWN, named
from hotline.services.line import Line
from hotline.services.matching import Candidate, Explanation, Waiting
from hotline.services.matching.explaining import Verdict
from hotline.services.matching.rules import far, may_serve
from hotline.services.rounds import pool, queue


class Standing(StrEnum):
    """Why a request is in no round at all."""

    OFFERED = "offered"
    ASSIGNED = "assigned"
    REFERRED = "referred"
    CLOSED = "closed"
    NEEDS_NUMBER = "needs_number"
    UNREACHABLE = "unreachable"
    TALKING = "talking"


@dataclass(frozen=True)
class Chosen:
    """Who is proposed, and what speaks for them."""

    volunteer_id: int
    name: str
    load: int
    known_voice: bool
    near: bool


@dataclass(frozen=True)
class Told:
    """Why somebody else is not proposed; None: nothing keeps them from it."""

    volunteer_id: int
    name: str
    verdict: Verdict | None


@dataclass(frozen=True)
class Explained:
    """What a round would do with a request now; everybody who is not chosen is among `others`.

    `standing` says why it is in no round; `closed_until` when offers leave again, if they may not now.
    """

    chosen: Chosen | None
    others: Sequence[Told]
    standing: Standing | None
    closed_until: datetime | None


def explain(session: Session, line: Line, request: Request, at: datetime) -> Explained:
    """Explain a request's place in the round of this moment; changes nothing."""
    names = named(session)
    candidates = pool.load(session, line, at, KNOWN)
    waiting = queue.load(session, line, at).waiting
    mine = next((one for one in waiting if one.key == (request.id, 0)), None)
    if mine is None:
        alone = queue.only(session, line, request.id, at)
        others = [
            Told(one.volunteer_id, names[one.volunteer_id], may_serve(alone, one))
            for one in candidates
            if alone is not None
        ]
        return Explained(None, _sorted(others), _standing(session, request), None)
    found = matching.explain(mine, candidates, matching.match(waiting, candidates))
    closed = None if line.offer_hours.is_open(at) else line.offer_hours.next_opening(at)
    others = [Told(one, names[one], verdict) for verdict, one in _others(found)]
    return Explained(_chosen(mine, found.chosen, names), others, None, closed)


def _others(found: Explanation) -> Iterator[tuple[Verdict, int]]:
    for verdict, ids in found.others.items():
        yield from ((verdict, one) for one in ids)


def _chosen(waiting: Waiting, one: Candidate | None, names: Mapping[int, str]) -> Chosen | None:
    if one is None:
        return None
    return Chosen(
        one.volunteer_id,
        names[one.volunteer_id],
        one.load,
        known_voice=one.volunteer_id == waiting.steady_voice,
        near=waiting.departement is not None and not far(waiting, one),
    )


def _sorted(others: list[Told]) -> list[Told]:
    return sorted(others, key=lambda one: (one.verdict is not None, one.name))


def _standing(session: Session, request: Request) -> Standing:
    if request.state is not RequestState.WAITING:
        return Standing(request.state.value)
    caller = session.get_one(Caller, request.caller_id)
    return Standing.TALKING if caller.state is CallerState.ACTIVE else Standing.UNREACHABLE
