"""Who is behind a telephone: found by number, made once, never twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Date, Select, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, lazyload
from sqlalchemy.sql.dml import ReturningInsert

from hotline.db import UtcDateTime
from hotline.models import Base, Caller, CallerPhone, Phone, Volunteer
from hotline.models.status import CallerState, VolunteerState
from hotline.phone import PhoneNumber
from hotline.services import roster
from hotline.services.desk import boundaries
from hotline.services.line import MAIN_LANGUAGE, Line

_Row = TypeVar("_Row", bound=Base)


@dataclass(frozen=True)
class Behind:
    """Who is known at a telephone: a volunteer, a listener with a shift, a caller, or nobody yet.

    With `kept_away` a boundary holds for everybody there.
    """

    phone: Phone
    volunteer: Volunteer | None = None
    caller: Caller | None = None
    listener: bool = False
    kept_away: bool = False


def insert_once(session: Session, model: type[_Row], unique: str, values: Mapping[str, Any]) -> _Row | None:
    """Insert a row and return it; None when another with the same `unique` column is there already."""
    made: _Row | None = session.scalar(_insertion(session.get_bind().dialect.name, model, unique), values)
    return made


@cache
def _insertion(dialect: str, model: type[_Row], unique: str) -> ReturningInsert[_Row]:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(model).on_conflict_do_nothing(index_elements=[unique]).returning(model)


def language(session: Session, caller_id: int | None) -> str:
    """Return the language in which a caller is spoken to."""
    caller = session.get(Caller, caller_id) if caller_id else None
    return caller.language if caller else MAIN_LANGUAGE


def phone_for(session: Session, number: PhoneNumber, at: datetime) -> Phone:
    """Return the telephone with this number, made at first sight."""
    by_number = select(Phone).where(Phone.number_index == number.e164)
    return session.scalar(by_number) or _new_phone(session, number, at) or session.scalars(by_number).one()


def behind(session: Session, number: PhoneNumber, day: date, at: datetime) -> Behind:
    """Return the telephone with this number, made at first sight, and who is known there on a day."""
    found = session.execute(_who_is_behind(), {"number": number.e164, "day": day, "at": at}).first()
    return _known(*found) if found else Behind(phone_for(session, number, at))


@cache
def _who_is_behind() -> Select[Phone, Volunteer, Caller, bool, bool]:
    """Write the query once: every call and every text asks it."""
    day, at = bindparam("day", type_=Date), bindparam("at", type_=UtcDateTime)
    return (
        select(Phone, Volunteer, Caller, roster.shift_ahead(day), boundaries.holding(at))
        .outerjoin(Volunteer, (Volunteer.phone_id == Phone.id) & (Volunteer.state != VolunteerState.LEFT))
        .outerjoin(CallerPhone, CallerPhone.phone_id == Phone.id)
        .outerjoin(Caller, Caller.id == CallerPhone.caller_id)
        .where(Phone.number_index == bindparam("number"))
        .order_by(Caller.id)
        .limit(1)
        .options(lazyload(Volunteer.phone))
    )


def _known(
    phone: Phone, volunteer: Volunteer | None, caller: Caller | None, listener: bool, kept_away: bool
) -> Behind:
    """A caller who has registered as a volunteer stays a caller until a coordinator welcomes them."""
    if caller is not None and volunteer is not None and volunteer.state is VolunteerState.PENDING:
        volunteer = None
    return Behind(phone, volunteer, caller, listener, kept_away)


def _new_phone(session: Session, number: PhoneNumber, at: datetime) -> Phone | None:
    values = {
        "number": number.e164,
        "number_index": number.e164,
        "textable": number.textable,
        "telemarketing": number.telemarketing,
        "created_at": at,
    }
    return insert_once(session, Phone, "number_index", values)


def caller_at(session: Session, phone: Phone) -> Caller | None:
    """Return the caller known at this telephone; of several people behind it, the one known longest."""
    return session.scalar(
        select(Caller)
        .join(CallerPhone, CallerPhone.caller_id == Caller.id)
        .where(CallerPhone.phone_id == phone.id)
        .order_by(Caller.id)
        .limit(1)
    )


def caller_for(session: Session, behind: Behind, at: datetime, line: Line | None = None) -> Caller:
    """Return the caller behind a telephone, made at first sight, and note the contact's moment.

    Whoever calls or texts a `line` is phoned back under its number from then on.
    """
    caller, phone = behind.caller, behind.phone
    if caller is None:
        session.execute(select(Phone.id).where(Phone.id == phone.id).with_for_update())
        caller = caller_at(session, phone)
    if caller is None:
        caller = new_caller(session, CallerState.ACTIVE, at, line)
        session.add(CallerPhone(caller_id=caller.id, phone_id=phone.id))
        session.flush()
    if line is not None and at >= caller.last_contact_at:
        caller.line = line.second
    caller.last_contact_at = max(caller.last_contact_at, at)
    return caller


def new_caller(session: Session, state: CallerState, at: datetime, line: Line | None = None) -> Caller:
    """Make a caller whose name nobody knows yet, and who speaks the language of the `line` they use."""
    caller = Caller(
        state=state,
        language=line.language if line else MAIN_LANGUAGE,
        line=line.second if line else None,
        wished_hours="",
        created_at=at,
        last_contact_at=at,
    )
    session.add(caller)
    session.flush()
    return caller


def volunteer_at(session: Session, phone: Phone) -> Volunteer | None:
    """Return the volunteer whose telephone this is; those who left are callers like everybody."""
    return session.scalar(
        select(Volunteer).where(Volunteer.phone_id == phone.id, Volunteer.state != VolunteerState.LEFT)
    )


def phone_of(session: Session, caller_id: int) -> Phone | None:
    """Return the telephone at which a caller is phoned back: the one known longest."""
    return session.scalar(
        select(Phone)
        .join(CallerPhone, CallerPhone.phone_id == Phone.id)
        .where(CallerPhone.caller_id == caller_id)
        .order_by(Phone.id)
        .limit(1)
    )


def first_name(caller: Caller) -> str | None:
    """Return what volunteers may know of a caller's names: the first one."""
    names = (caller.names or "").split()
    return names[0] if names else None
