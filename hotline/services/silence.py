"""The caller does not answer: after a few tries the coordinators know, then whoever the caller has named."""

from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from callflows import reminders
from hotline.models import Assignment, Callback, Caller, Phone
from hotline.models.status import CallbackState, StepKind
from hotline.services import alerts, outbox, people, steps
from hotline.services.line import Line

CONTACT_PERSON = "contact_person"

log = structlog.get_logger()


def noted(session: Session, line: Line, callback: Callback, at: datetime) -> None:
    """One more try was in vain: coordinators are told after the last of so many in a row, once.

    The call is looked at again when it is time to tell the contact person, if there is one who may be told.
    """
    assignment = session.get_one(Assignment, callback.assignment_id)
    tries = in_vain(session, assignment.caller_id)
    if len(tries) < _most(line):
        return
    caller = session.get_one(Caller, assignment.caller_id)
    contact = _contact_phone(line, caller)
    if not alerts.raise_alert(
        session,
        "caller_silent",
        f"caller_silent:{tries[0]}",
        at,
        detail=_detail(len(tries), told=contact is not None),
        caller_id=caller.id,
        volunteer_id=assignment.volunteer_id,
    ):
        return
    steps.note(session, assignment, StepKind.CALLER_SILENT, at, callback=callback)
    log.info("caller_silent", assignment=assignment.id, callback=callback.id, tries=len(tries))
    if contact is not None:
        callback.act_at = at + line.config.ladders.contact_after


def is_known(session: Session, line: Line, caller: Caller) -> bool:
    """Tell whether so many calls in a row were in vain that the coordinators have been told."""
    return len(in_vain(session, caller.id)) >= _most(line)


def in_vain(session: Session, caller_id: int) -> list[int]:
    """Return the calls to somebody that nobody answered since they were last reached, oldest first."""
    tried = session.execute(
        select(Callback.id, Callback.state)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .where(
            Assignment.caller_id == caller_id,
            Callback.state.in_({CallbackState.MADE, CallbackState.NO_ANSWER}),
        )
        .order_by(Callback.made_at.desc(), Callback.id.desc())
        .limit(100)
    )
    found = []
    for callback_id, state in tried:
        if state is CallbackState.MADE:
            break
        found.append(callback_id)
    return found[::-1]


def tell_contact(session: Session, line: Line, callback: Callback, at: datetime) -> str:
    """Write one text to the contact person, unless the caller was reached meanwhile or consents no more."""
    assignment = session.get_one(Assignment, callback.assignment_id)
    caller = session.get_one(Caller, assignment.caller_id)
    phone = _contact_phone(line, caller)
    tries, known = in_vain(session, caller.id), line.at(caller.line)
    words, name = known.words_in(known.language), people.first_name(caller)
    if phone is None or callback.id not in tries:
        return ""
    written = outbox.enqueue(
        session,
        line,
        kind=CONTACT_PERSON,
        key=f"{CONTACT_PERSON}:{tries[0]}",
        phone=phone,
        body=reminders.contact_person(words, name, known.number),
        at=at,
        sender=known.own_sender,
    )
    if not written:
        return ""
    steps.note(session, assignment, StepKind.CONTACT_TOLD, at, callback=callback)
    return CONTACT_PERSON


def _most(line: Line) -> int:
    ladders = line.config.ladders
    return ladders.heat_wave_tries if ladders.heat_wave else ladders.caller_tries


def _contact_phone(line: Line, caller: Caller) -> Phone | None:
    """Return the telephone of the contact person, if the caller consents and texts may go there."""
    phone = caller.contact_phone
    if phone is None or not caller.contact_consent or not outbox.takes_texts(line, phone):
        return None
    return phone


def _detail(tries: int, *, told: bool) -> str:
    then = (
        "La personne de confiance sera prévenue si cela dure."
        if told
        else "Aucune personne de confiance à prévenir : il manque l'accord ou un mobile."
    )
    return f"{tries} essai{'s' if tries > 1 else ''} sans réponse. {then}"
