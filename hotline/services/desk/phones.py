"""The telephones of a caller: several for one person, several people behind one."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hotline.models import Caller, CallerPhone, Phone, move
from hotline.models.status import CallerState, RequestState
from hotline.services import cells, people, requests
from hotline.services.desk.refusals import Refused, Why
from hotline.services.line import Line


def add(session: Session, line: Line, caller: Caller, typed: str, at: datetime) -> Phone:
    """Note that a caller is reached at a number; whoever could not be called back now waits for a volunteer.

    Raises Refused for a number of the team or of somebody else, and what `cells.phone` raises.
    """
    number = cells.phone(typed, line)
    phone = people.phone_for(session, number, at)
    if people.volunteer_at(session, phone) is not None:
        raise Refused(Why.NUMBER_OF_TEAM)
    here = session.scalars(
        select(CallerPhone.caller_id).where(CallerPhone.phone_id == phone.id).order_by(CallerPhone.caller_id)
    ).all()
    if caller.id in here:
        return phone
    if here:
        raise Refused(Why.NUMBER_KNOWN, other=here[0])
    link(session, caller, phone)
    return phone


def link(session: Session, caller: Caller, phone: Phone) -> None:
    """Put a caller behind a telephone, beside whoever is there already."""
    if session.get(CallerPhone, (caller.id, phone.id)) is None:
        session.add(CallerPhone(caller_id=caller.id, phone_id=phone.id))
    reachable(session, caller)


def restore(session: Session, caller: Caller, phone: Phone) -> None:
    """Put a telephone back into a file; raises Refused for a number of the team."""
    if people.volunteer_at(session, phone) is not None:
        raise Refused(Why.NUMBER_OF_TEAM)
    link(session, caller, phone)


def reachable(session: Session, caller: Caller) -> None:
    """A caller has a number (again): their request may be offered."""
    if caller.state is CallerState.UNREACHABLE:
        caller.state = CallerState.ACTIVE
    session.flush()
    session.expire(caller, ["phones"])
    request = requests.open_request(session, caller)
    if request is not None and request.state is RequestState.NEEDS_NUMBER:
        move(session, request, RequestState.WAITING)


def remove(session: Session, caller: Caller, phone: Phone) -> None:
    """Take a telephone out of a file; raises Refused for the last one, which would strand the person."""
    session.refresh(caller, with_for_update={"key_share": True, "of": Caller})
    if [one.id for one in caller.phones] == [phone.id]:
        raise Refused(Why.LAST_NUMBER)
    session.execute(
        delete(CallerPhone).where(CallerPhone.caller_id == caller.id, CallerPhone.phone_id == phone.id)
    )
    session.expire(caller, ["phones"])


def somebody_else(session: Session, phone: Phone, names: str, at: datetime) -> Caller:
    """Make a file for another person at the same number."""
    other = people.new_caller(session, CallerState.ACTIVE, at)
    other.names = names
    link(session, other, phone)
    return other


def others(session: Session, caller: Caller) -> dict[int, list[Caller]]:
    """Return who else is behind each telephone of a caller, by the telephone's id."""
    mine = [phone.id for phone in caller.phones]
    found: dict[int, list[Caller]] = {phone_id: [] for phone_id in mine}
    rows = session.execute(
        select(CallerPhone.phone_id, Caller)
        .join(Caller, Caller.id == CallerPhone.caller_id)
        .where(CallerPhone.phone_id.in_(mine), CallerPhone.caller_id != caller.id)
        .order_by(Caller.id)
    )
    for phone_id, other in rows:
        found[phone_id].append(other)
    return found
