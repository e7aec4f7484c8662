"""Files that may be of one person: the same telephone, or the same names at the same postcode."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Caller, CallerPhone
from hotline.models.naming import words
from hotline.models.status import CallerState
from hotline.services.desk import search

_LOOKED_AT = 50


@dataclass(frozen=True)
class Alike:
    """Another file, and why it may be of the same person."""

    caller: Caller
    same_phone: bool


def of(session: Session, caller: Caller) -> list[Alike]:
    """Return the files that may be of the same person; none for one that was merged."""
    if caller.state is CallerState.MERGED:
        return []
    mine = [phone.id for phone in caller.phones]
    beside = select(CallerPhone.caller_id).where(CallerPhone.phone_id.in_(mine))
    at_phone = session.scalars(
        select(Caller)
        .where(Caller.id.in_(beside), Caller.id != caller.id)
        .order_by(Caller.id)
        .limit(_LOOKED_AT)
    ).all()
    known = {one.id for one in at_phone}
    namesakes = [one for one in _namesakes(session, caller) if one.id not in known]
    return [Alike(one, same_phone=True) for one in at_phone] + [
        Alike(one, same_phone=False) for one in namesakes
    ]


def _namesakes(session: Session, caller: Caller) -> list[Caller]:
    if not caller.names or not caller.postcode:
        return []
    called = sorted(words(caller.names))
    found = search.find(session, caller.names, limit=_LOOKED_AT).people
    return [
        one
        for one in found
        if one.id != caller.id
        and one.postcode == caller.postcode
        and sorted(words(one.names or "")) == called
    ]
