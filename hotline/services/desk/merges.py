"""Two files of one person become one; what was where is written down, so that it can be undone.

Everything moves to the file that is kept; its empty fields are filled from the other. Of two open requests
one goes on, whichever has come further.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from hotline.models import (
    Alert,
    Assignment,
    Boundary,
    Call,
    Caller,
    CallerPhone,
    Contact,
    Mail,
    Merge,
    Message,
    Note,
    Referral,
    Request,
    index_names,
    move,
)
from hotline.models.status import CallerState, RequestKind, RequestState
from hotline.services import requests
from hotline.services.desk import phones
from hotline.services.desk.refusals import Refused, Why

MERGED = "merged"

MOVED: Final[Mapping[str, InstrumentedAttribute[Any]]] = MappingProxyType(
    {
        "contacts": Contact.caller_id,
        "calls": Call.caller_id,
        "messages": Message.caller_id,
        "mails": Mail.caller_id,
        "requests": Request.caller_id,
        "assignments": Assignment.caller_id,
        "alerts": Alert.caller_id,
        "referrals": Referral.caller_id,
        "notes": Note.caller_id,
        "boundaries": Boundary.caller_id,
    }
)
"""The tables whose rows go from one file to the other."""

FILLED: Final = (
    ("names",),
    ("email",),
    ("postcode",),
    ("wished_hours",),
    ("note",),
    ("contact_name", "contact_phone_id", "contact_consent"),
)
"""Fields that are taken over together when the first of them is empty."""

_HOW_FAR = (
    RequestState.NEEDS_NUMBER,
    RequestState.WAITING,
    RequestState.OFFERED,
    RequestState.ASSIGNED,
)
_STILL_FREE = frozenset({RequestState.NEEDS_NUMBER, RequestState.WAITING})


def merge(session: Session, kept: Caller, merged: Caller, *, author: str, at: datetime) -> Merge:
    """Make two files one; raises Refused when they cannot be joined as they are."""
    _hold(session, kept, merged)
    before = _plain(kept)
    told: dict[str, Any] = {"joined": _join_requests(session, kept, merged, at)}
    for name, owner in MOVED.items():
        told[name] = _hand_over(session, owner, merged.id, kept.id)
    told |= _hand_over_phones(session, kept, merged)
    woken = _fill(session, kept, merged)
    merged.state, merged.merged_into_id = CallerState.MERGED, kept.id
    session.flush()
    told |= {"before": before, "after": _plain(kept), "woken": woken}
    done = Merge(kept_id=kept.id, merged_id=merged.id, author=author, at=at, moved=told)
    session.add(done)
    session.flush()
    index_names(session.connection(), kept.id)
    session.expire_all()
    return done


def refusal(session: Session, kept: Caller, merged: Caller) -> Why | None:
    """Tell beforehand why two files cannot be joined as they are."""
    try:
        _require_apart(kept, merged)
        _further(*(requests.current(session, caller.id) for caller in (kept, merged)))
    except Refused as refused:
        return refused.why
    return None


def filled(kept: Caller, merged: Caller) -> list[str]:
    """Return the fields that the kept file takes over from the other, by their first name."""
    return [names[0] for names in FILLED if _taken_over(kept, merged, names[0])]


def survivor(caller: Caller, session: Session) -> Caller:
    """Follow merged files to the one in which they ended."""
    while caller.merged_into_id is not None:
        caller = session.get_one(Caller, caller.merged_into_id)
    return caller


def undoable(session: Session, caller_id: int) -> Merge | None:
    """Return the merge into a file that can be undone: the newest one that was not."""
    newest = (
        select(Merge)
        .where(Merge.kept_id == caller_id, Merge.undone_at.is_(None))
        .order_by(Merge.id.desc())
        .limit(1)
    )
    return session.scalar(newest)


def _hold(session: Session, kept: Caller, merged: Caller) -> None:
    """Hold both files, in the order in which everybody holds them."""
    for caller in sorted((kept, merged), key=lambda one: one.id):
        session.refresh(caller, with_for_update={"of": Caller})
    _require_apart(kept, merged)


def _require_apart(kept: Caller, merged: Caller) -> None:
    if kept.id == merged.id:
        raise Refused(Why.SAME_FILE)
    if CallerState.MERGED in {kept.state, merged.state}:
        raise Refused(Why.MERGED_ALREADY)


def _further(one: Request | None, other: Request | None) -> tuple[Request, Request] | None:
    """Return which of two open requests goes on and which ends; None unless there are two."""
    if one is None or other is None:
        return None
    goes_on, ends = (one, other) if _HOW_FAR.index(one.state) >= _HOW_FAR.index(other.state) else (other, one)
    if ends.state is RequestState.ASSIGNED:
        raise Refused(Why.BOTH_ASSIGNED)
    if ends.state not in _STILL_FREE:
        raise Refused(Why.BOTH_OFFERED)
    return goes_on, ends


def _join_requests(session: Session, kept: Caller, merged: Caller, at: datetime) -> dict[str, Any] | None:
    pair = _further(*(requests.open_request(session, caller) for caller in (kept, merged)))
    if pair is None:
        return None
    goes_on, ends = pair
    told: dict[str, Any] = {
        "into": goes_on.id,
        "closed": ends.id,
        "state": ends.state.value,
        "was": _wish(goes_on),
    }
    move(session, ends, RequestState.CLOSED, closed_at=at, close_reason=MERGED)
    joined = update(Contact).where(Contact.request_id == ends.id).values(request_id=goes_on.id)
    told["contacts"] = list(session.scalars(joined.returning(Contact.id)))
    goes_on.priority = max(goes_on.priority, ends.priority)
    goes_on.opened_at = min(goes_on.opened_at, ends.opened_at)
    if goes_on.kind is RequestKind.UNKNOWN:
        goes_on.kind, goes_on.cadence = ends.kind, ends.cadence
    session.flush()
    return told | {"is": _wish(goes_on)}


def _wish(request: Request) -> dict[str, Any]:
    return {
        "priority": request.priority,
        "opened_at": request.opened_at.isoformat(),
        "kind": request.kind.value,
        "cadence": request.cadence,
    }


def _hand_over(session: Session, owner: InstrumentedAttribute[Any], giver: int, taker: int) -> list[int]:
    """Give every row of one file to the other; return their ids."""
    model = owner.class_
    moving = update(model).where(owner == giver).values({owner.key: taker}).returning(model.id)
    return list(session.scalars(moving.execution_options(synchronize_session=False)))


def _hand_over_phones(session: Session, kept: Caller, merged: Caller) -> dict[str, list[int]]:
    mine, theirs = ({phone.id for phone in caller.phones} for caller in (kept, merged))
    session.execute(delete(CallerPhone).where(CallerPhone.caller_id == merged.id))
    session.add_all(CallerPhone(caller_id=kept.id, phone_id=phone_id) for phone_id in sorted(theirs - mine))
    session.flush()
    return {"phones": sorted(theirs - mine), "shared": sorted(theirs & mine)}


def _fill(session: Session, kept: Caller, merged: Caller) -> int | None:
    """Fill the kept file's empty fields; return the request that waits now because there is a number."""
    for names in FILLED:
        if _taken_over(kept, merged, names[0]):
            for name in names:
                setattr(kept, name, getattr(merged, name))
        elif names == ("note",) and merged.note and merged.note != kept.note:
            kept.note = f"{kept.note}\n{merged.note}"
    kept.last_contact_at = max(kept.last_contact_at, merged.last_contact_at)
    session.flush()
    session.expire(kept, ["phones"])
    waiting = requests.open_request(session, kept)
    needed = waiting is not None and waiting.state is RequestState.NEEDS_NUMBER
    if kept.phones:
        phones.reachable(session, kept)
    return waiting.id if waiting is not None and needed and kept.phones else None


def _taken_over(kept: Caller, merged: Caller, name: str) -> bool:
    return bool(getattr(merged, name)) and not getattr(kept, name)


def _plain(caller: Caller) -> dict[str, Any]:
    """A file's own fields, as JSON holds them."""
    return {
        **{name: getattr(caller, name) for names in FILLED for name in names},
        "state": caller.state.value,
        "last_contact_at": caller.last_contact_at.isoformat(),
    }
