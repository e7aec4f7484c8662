"""Why a request is offered to whom, and why to nobody else, in sentences; changes nothing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.errors import HotlineError
from hotline.models import Assignment, Caller, Request, Volunteer
from hotline.models.status import HELD_ASSIGNMENT, CallerState, RequestState, VolunteerState
from hotline.services import matching
from hotline.services.line import Line
from hotline.services.matching import Errand, Waiting, errands, errands_told
from hotline.services.rounds import pool, queue
from hotline.services.rounds.queue import Queue
from hotline.services.rounds.told import full_name

_KNOWN: Final = tuple(state for state in VolunteerState if state is not VolunteerState.LEFT)


class UnknownRequest(HotlineError):
    """There is no request with this number."""


def explain(session: Session, line: Line, request_id: int, at: datetime) -> list[str]:
    """Return in French who would be offered a request now and why, and why nobody else: names, no numbers.

    Raises UnknownRequest.
    """
    request = session.get(Request, request_id)
    if request is None:
        raise UnknownRequest(
            f"Il n'y a pas de demande {request_id}. « hotline round » montre celles qui attendent."
        )
    told = []
    if not line.offer_hours.is_open(at):
        until = line.offer_hours.next_opening(at)
        told = [f"Aucune proposition ne part avant le {line.local(until):%d/%m à %H:%M}."] if until else []
    waits = queue.load(session, line, at)
    mine = [one for one in waits.waiting if one.request_id == request_id]
    needs = [one for one in waits.errands if one.waiting.request_id == request_id]
    standing = [] if mine else [_standing(session, request)]
    if not (mine or needs):
        return standing
    return [*told, *_told(session, line, waits, mine, needs, at), *standing]


def explain_errand(session: Session, line: Line, referral_id: int, at: datetime) -> list[str]:
    """Return in French who would be asked to meet a need on the spot and why; nothing if nobody is sought."""
    waits = queue.load(session, line, at)
    mine = [one for one in waits.errands if one.referral_id == referral_id]
    return list(_told(session, line, waits, [], mine, at))[1:] if mine else []


def _told(
    session: Session,
    line: Line,
    waits: Queue,
    mine: Iterable[Waiting],
    needs: Iterable[Errand],
    at: datetime,
) -> Iterable[str]:
    candidates = pool.load(session, line, at, _KNOWN)
    helpers = pool.helpers(session, line, candidates, at) if waits.errands else []
    met = errands.match(waits.errands, helpers)
    candidates = errands.less_room(candidates, met.pairs)
    result = matching.match(waits.waiting, candidates)
    names = _names(session)
    for need in needs:
        yield f"Besoin {need.referral_id}, à proposer sur place :"
        yield from errands_told.sentences(errands_told.explain(need, helpers, met), names)
    for one in mine:
        if one.covers_id:
            yield f"Rappel {one.covers_id} à faire à la place de la personne qui accompagne :"
        yield from matching.sentences(matching.explain(one, candidates, result), names)


def _names(session: Session) -> dict[int, str]:
    volunteers = session.execute(select(Volunteer.id, Volunteer.first_name, Volunteer.last_name))
    return {row.id: full_name(row.first_name, row.last_name) for row in volunteers}


def _standing(session: Session, request: Request) -> str:
    """Return why a request is in no round at all."""
    held = session.scalar(
        select(Assignment).where(
            Assignment.request_id == request.id,
            Assignment.holds_request,
            Assignment.state.in_(HELD_ASSIGNMENT),
        )
    )
    if held is not None:
        volunteer = session.get_one(Volunteer, held.volunteer_id)
        name = full_name(volunteer.first_name, volunteer.last_name)
        offered = request.state is RequestState.OFFERED
        return f"La demande {request.id} est {'proposée' if offered else 'confiée'} à {name}."
    if request.state is not RequestState.WAITING:
        return f"La demande {request.id} {_STATES[request.state]}."
    if session.get_one(Caller, request.caller_id).state is not CallerState.ACTIVE:
        return f"La demande {request.id} attend : la personne est injoignable."
    return (
        f"La demande {request.id} attend : la personne est au téléphone ou vient de parler avec un écoutant."
    )


_STATES: Final = {
    RequestState.OFFERED: "est proposée",
    RequestState.ASSIGNED: "est confiée",
    RequestState.REFERRED: "est orientée vers une autre structure",
    RequestState.CLOSED: "est close",
    RequestState.NEEDS_NUMBER: "attend un numéro : l'appel était masqué",
}
