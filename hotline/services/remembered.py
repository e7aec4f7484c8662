"""What came while the database was away, carried out when it is back, at the moment at which it happened.

Kept is what has happened: somebody phoned, left a message, wrote, a call or a text went so. Not kept is what
somebody asked of us by key: they were told that it did not work.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from hotline.models.status import CallOutcome
from hotline.services import calls, deliveries, inviting, joined, ringing, taps, texts, voicemails
from hotline.services.line import Line
from hotline.spool import Event
from hotline.telephony import webhooks as heard
from hotline.telephony.statuses import call_is_over

_OUTBOUND = "outbound"
_LONGEST_NUMBER = 9


def carry_out(session: Session, line: Line, event: Event, now: datetime) -> str | None:
    """Do what an event of the spool asks, once however often it comes; raises LookupError for one not kept.

    It counts as of its moment, and is answered now. Returns the SID of a recording whose stored sound has to
    go, None nearly always.
    """
    return KEPT[event.path](session, line, event, now)


def _phoned(session: Session, line: Line, event: Event, now: datetime) -> None:
    """Somebody phoned and was asked to leave a message; whoever was heard again since is left alone."""
    incoming = _call(event, now)
    if incoming.direction.startswith(_OUTBOUND) or calls.by_sid(session, incoming.sid) is not None:
        return
    call = calls.logged(session, line, incoming, event.at)
    if call.outcome is CallOutcome.IN_PROGRESS and call.caller_id is not None:
        inviting.invite(session, line, call, event.at)


def _rung(session: Session, line: Line, event: Event, now: datetime) -> None:
    """An attempt to reach a listener ended: they spoke, or the caller left, or was asked for a message."""
    incoming, end = _call(event, now), heard.dial_ended(event.form)
    attempt = _number(event, "attempt")
    if end.bridged or call_is_over(end.status):
        calls.rung(session, line, incoming, end, attempt, event.at)
        return
    call = calls.logged(session, line, incoming, event.at)
    waits = call.attempt in {0, attempt} and call.outcome is CallOutcome.IN_PROGRESS
    if waits and call.caller_id is not None:
        call.answered_by_id = None
        inviting.invite(session, line, call, event.at)


def _recorded(session: Session, line: Line, event: Event, now: datetime) -> None:
    incoming, end = _call(event, now), heard.message_recorded(event.form)
    voicemails.recorded(session, line, incoming, end, event.at)


def _announced(session: Session, line: Line, event: Event, _now: datetime) -> str | None:
    news = heard.recording_status(event.form)
    return news.recording_sid if voicemails.announced(session, line, news, event.at) else None


def _over(session: Session, line: Line, event: Event, now: datetime) -> None:
    incoming, end = _call(event, now), heard.call_ended(event.form)
    calls.ended(session, line, incoming, end, event.at)


def _leg(session: Session, _line: Line, event: Event, _now: datetime) -> None:
    ringing.leg_news(session, _number(event, "leg"), heard.leg_status(event.form))


def _tap_over(session: Session, line: Line, event: Event, _now: datetime) -> None:
    taps.over(session, line, _number(event, "tap"), heard.leg_status(event.form), event.at)


def _machine(session: Session, line: Line, event: Event, _now: datetime) -> None:
    machine = heard.leg_answered(event.form).machine
    joined.machine_heard(session, line, _number(event, "call"), machine, event.at)


def _bridge_over(session: Session, line: Line, event: Event, _now: datetime) -> None:
    """A volunteer's call to a caller ended; nothing to note where it never began for us."""
    end = heard.dial_ended(event.form)
    call = calls.by_sid(session, end.sid)
    if call is not None and call.volunteer_id is not None and call.callback_id is not None:
        joined.ended(session, line, call, end, event.at)


def _text(session: Session, line: Line, event: Event, now: datetime) -> None:
    texts.received(session, line, replace(heard.incoming_text(event.form), found_at=now), event.at)


def _receipt(session: Session, line: Line, event: Event, _now: datetime) -> None:
    deliveries.receipt(session, line, heard.text_receipt(event.form), event.at)


KEPT: Mapping[str, Callable[[Session, Line, Event, datetime], str | None]] = {
    "/voice/incoming": _phoned,
    "/voice/star": _phoned,
    "/voice/fallback": _phoned,
    "/voice/rung": _rung,
    "/voice/message": _recorded,
    "/voice/recording": _announced,
    "/voice/status": _over,
    "/voice/leg": _leg,
    "/voice/tap/status": _tap_over,
    "/voice/bridge/machine": _machine,
    "/voice/bridge/ended": _bridge_over,
    "/sms/incoming": _text,
    "/sms/status": _receipt,
}


def _call(event: Event, now: datetime) -> heard.IncomingCall:
    return replace(heard.incoming_call(event.form), found_at=now)


def _number(event: Event, name: str) -> int:
    """Return a number that we put into the address ourselves; 0 when it is not there."""
    text = event.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else 0
