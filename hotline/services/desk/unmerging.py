"""A merge undone: each row goes back to where it was; what came since follows the request it joined."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hotline.models import (
    Assignment,
    Call,
    Caller,
    CallerPhone,
    Contact,
    Mail,
    Merge,
    Message,
    Referral,
    Request,
    index_names,
)
from hotline.models.status import OPEN_REQUEST, CallerState, RequestKind, RequestState
from hotline.services.desk import merges
from hotline.services.desk.merges import FILLED, MERGED, MOVED
from hotline.services.desk.refusals import Refused, Why


def undo(session: Session, done: Merge, at: datetime) -> None:
    """Make one file two again; raises Refused when a later merge or a later request is against it."""
    session.refresh(done, with_for_update=True)
    kept, merged = (session.get_one(Caller, one) for one in (done.kept_id, done.merged_id))
    _require_possible(session, done, kept)
    moved = done.moved
    for name, owner in MOVED.items():
        _give_back(session, owner, moved.get(name, ()), merged.id)
    _give_phones_back(session, moved, kept, merged)
    _empty(kept, moved)
    merged.state = CallerState.ACTIVE if moved["phones"] or moved["shared"] else CallerState.UNREACHABLE
    merged.merged_into_id, done.undone_at = None, at
    session.flush()
    if moved["joined"]:
        _part_requests(session, moved["joined"])
    _let_follow(session, moved["requests"], merged.id)
    _sleep_again(session, moved["woken"])
    for caller in (kept, merged):
        caller.last_contact_at = _last_contact(session, done, caller)
        session.flush()
        index_names(session.connection(), caller.id)
    session.expire_all()


def _require_possible(session: Session, done: Merge, kept: Caller) -> None:
    if done.undone_at is not None:
        raise Refused(Why.TAKEN_BACK_ALREADY)
    newest = merges.undoable(session, kept.id)
    if kept.state is CallerState.MERGED or newest is None or newest.id != done.id:
        raise Refused(Why.MERGED_AGAIN, other=kept.merged_into_id or kept.id)
    joined = done.moved["joined"]
    if joined and joined["closed"] not in done.moved["requests"]:
        reopened_for_kept = select(Request.id).where(
            Request.caller_id == kept.id,
            Request.state.in_(OPEN_REQUEST),
            Request.id.not_in(done.moved["requests"]),
        )
        if session.scalar(reopened_for_kept) is not None:
            raise Refused(Why.NEW_REQUEST_SINCE, other=kept.id)


def _give_back(session: Session, owner: Any, ids: Collection[int], caller_id: int) -> None:
    model = owner.class_
    giving = update(model).where(model.id.in_(ids)).values({owner.key: caller_id})
    session.execute(giving.execution_options(synchronize_session=False))


def _give_phones_back(session: Session, moved: dict[str, Any], kept: Caller, merged: Caller) -> None:
    for phone_id in moved["phones"]:
        if (held := session.get(CallerPhone, (kept.id, phone_id))) is not None:
            session.delete(held)
    session.flush()
    for phone_id in (*moved["phones"], *moved["shared"]):
        if session.get(CallerPhone, (merged.id, phone_id)) is None:
            session.add(CallerPhone(caller_id=merged.id, phone_id=phone_id))
    session.flush()
    session.expire(kept, ["phones"])


def _empty(kept: Caller, moved: dict[str, Any]) -> None:
    """Take back what was filled in, unless somebody has written something else since."""
    before, after = moved["before"], moved["after"]
    for names in FILLED:
        first = names[0]
        if before[first] != after[first] and getattr(kept, first) == after[first]:
            for name in names:
                setattr(kept, name, before[name])
    if not kept.phones:
        kept.state = CallerState(before["state"])


def _part_requests(session: Session, joined: dict[str, Any]) -> None:
    """Open the request that was closed, with its contacts; the other one is again what it was."""
    ended = session.get(Request, joined["closed"])
    if ended is None or ended.close_reason != MERGED:
        return
    ended.state, ended.closed_at, ended.close_reason = RequestState(joined["state"]), None, None
    own = update(Contact).where(Contact.id.in_(joined["contacts"])).values(request_id=ended.id)
    session.execute(own.execution_options(synchronize_session=False))
    went_on = session.get(Request, joined["into"])
    if went_on is None:
        return
    was, became = joined["was"], joined["is"]
    if went_on.priority == became["priority"]:
        went_on.priority = was["priority"]
    if (went_on.kind.value, went_on.cadence) == (became["kind"], became["cadence"]):
        went_on.kind, went_on.cadence = RequestKind(was["kind"]), was["cadence"]
    went_on.opened_at = datetime.fromisoformat(was["opened_at"])
    session.flush()


def _let_follow(session: Session, request_ids: Collection[int], caller_id: int) -> None:
    """What joined a moved request since goes with it: contacts, their calls, texts and mails, assignments."""
    contacts = session.scalars(select(Contact.id).where(Contact.request_id.in_(request_ids))).all()
    _give_back(session, Contact.caller_id, contacts, caller_id)
    for model in (Call, Message, Mail):
        followed = update(model).where(model.contact_id.in_(contacts)).values(caller_id=caller_id)
        session.execute(followed.execution_options(synchronize_session=False))
    for held in (Assignment, Referral):
        followed = update(held).where(held.request_id.in_(request_ids)).values(caller_id=caller_id)
        session.execute(followed.execution_options(synchronize_session=False))


def _sleep_again(session: Session, request_id: int | None) -> None:
    """A request that waits only because the merge brought a number needs one again."""
    request = session.get(Request, request_id, populate_existing=True) if request_id else None
    if request is None or request.state is not RequestState.WAITING:
        return
    owner = session.get_one(Caller, request.caller_id, populate_existing=True)
    if not owner.phones:
        request.state = RequestState.NEEDS_NUMBER
        session.flush()


def _last_contact(session: Session, done: Merge, caller: Caller) -> datetime:
    """The last contact as it was before the merge, or a later one."""
    is_kept = caller.id == done.kept_id
    before = (
        datetime.fromisoformat(done.moved["before"]["last_contact_at"]) if is_kept else caller.last_contact_at
    )
    newest = session.scalar(
        select(func.max(Contact.at)).where(Contact.caller_id == caller.id, Contact.at > done.at)
    )
    return max(before, newest) if newest else before
