"""A caller for whom nobody is rung, or nobody has answered, is invited to leave a message."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from callflows.voicemail import Reason
from hotline.models import Call, Volunteer
from hotline.services import people, steady
from hotline.services.line import Line


@dataclass(frozen=True)
class TakeMessage:
    """The caller is invited to leave a message; both moments, of their call too, are on the line's clock.

    `volunteer` is the caller's own one, for whom the message is; `number` is the one that was called. A
    `brief` one has room for a few words only.
    """

    reason: Reason
    called_at: datetime
    number: str = field(repr=False)
    next_opening: datetime | None = None
    skipped_day: bool = False
    withheld: bool = False
    volunteer: str | None = None
    language: str = "fr"
    brief: bool = False


def invite(session: Session, line: Line, call: Call, at: datetime, *, brief: bool = False) -> TakeMessage:
    """Invite a message in words that depend on when the call began, however often they are asked for."""
    if call.invited_at is None:
        call.invited_at = at
        steady.missed(session, line, call, at)
    began = call.started_at
    own = session.get_one(Volunteer, call.put_through_id).first_name if call.put_through_id else None
    spoken, hours = language(session, line, call), line.at(call.to_number).hours
    if hours.is_open(began):
        return TakeMessage(
            Reason.NOBODY,
            line.local(began),
            call.to_number,
            withheld=call.withheld,
            volunteer=own,
            language=spoken,
            brief=brief,
        )
    opening = hours.next_opening(began)
    return TakeMessage(
        Reason.CLOSED,
        line.local(began),
        call.to_number,
        next_opening=line.local(opening) if opening else None,
        skipped_day=opening is not None and hours.skipped_working_day(began, opening),
        withheld=call.withheld,
        volunteer=own,
        language=spoken,
        brief=brief,
    )


def language(session: Session, line: Line, call: Call) -> str:
    """Return in what language this caller is answered at the number that they have called."""
    return line.at(call.to_number).speaks_to(people.language(session, call.caller_id))
