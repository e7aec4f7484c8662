"""The texts that propose or give a caller to a volunteer: how to answer depends on who can be answered."""

from datetime import datetime

from sqlalchemy.orm import Session

from callflows import by_mail, offers, reminders, written
from callflows import errands as errand_words
from hotline.cadence import BrokenCadence, parse
from hotline.models import Assignment, Callback, Caller, Request, Volunteer
from hotline.models.status import Channel, RequestKind
from hotline.services import errands, links, people, rhythms
from hotline.services.line import Line


def offer(session: Session, line: Line, assignment: Assignment, volunteer: Volunteer, at: datetime) -> str:
    """Return the text of an offer; a sender that nobody can answer points to the volunteer's page."""
    caller = session.get_one(Caller, assignment.caller_id)
    name, wishes = people.first_name(caller), _wishes(session, line, assignment, at)
    answer_by = written.moment(line.local(assignment.expires_at), line.local(at))
    if line.one_way:
        return offers.offer_one_way(
            line.words,
            volunteer=volunteer.first_name,
            caller=name,
            place=caller.postcode,
            wishes=wishes,
            answer_by=answer_by,
            line=line.number,
            link=links.issue(session, line, volunteer, at),
        )
    return offers.offer(
        line.words,
        reference=assignment.id,
        volunteer=volunteer.first_name,
        caller=name,
        place=caller.postcode,
        wishes=wishes,
        answer_by=answer_by,
    )


def given(
    session: Session, line: Line, assignment: Assignment, volunteer: Volunteer, first: datetime, at: datetime
) -> str:
    """Return the text that tells a volunteer whom the team gives them, and when the calls are."""
    said = rhythm(line, assignment.cadence)
    if assignment.channel is Channel.MAIL:
        return by_mail.given(
            line.words,
            volunteer=volunteer.first_name,
            caller=people.first_name(session.get_one(Caller, assignment.caller_id)),
            when=said or written.moment(line.local(first), line.local(at)),
        )
    return reminders.given(
        line.words,
        volunteer=volunteer.first_name,
        caller=people.first_name(session.get_one(Caller, assignment.caller_id)),
        when=said or written.moment(line.local(first), line.local(at)),
        reference=assignment.id,
        line=line.number,
        link=links.issue(session, line, volunteer, at) if line.one_way else None,
    )


def _wishes(session: Session, line: Line, assignment: Assignment, at: datetime) -> list[str]:
    """Return what is asked for: a call, calls that come back, one in somebody's stead, help on the spot."""
    if assignment.referral_id is not None:
        return errand_words.wish(line.words, errands.need_of(session, assignment))
    in_mails = assignment.channel is Channel.MAIL
    wish, cover = (by_mail.wish, by_mail.cover) if in_mails else (offers.wish, offers.cover)
    if assignment.covers_id is None:
        request = session.get_one(Request, assignment.request_id)
        recurring = assignment.kind is RequestKind.RECURRING
        return wish(line.words, recurring=recurring, rhythm=rhythm(line, request.cadence))
    covered = session.get_one(Callback, assignment.covers_id)
    held = session.get_one(Assignment, covered.assignment_id)
    holder = session.get_one(Volunteer, held.volunteer_id)
    if covered.due_at <= at:
        return wish(line.words, recurring=False)
    when = written.appointment(line.local(covered.due_at), line.local(at))
    return cover(line.words, when=when, holder=holder.first_name)


def rhythm(line: Line, cadence: str | None) -> str | None:
    """Return a cadence in words, None when there is none that can be read."""
    try:
        return rhythms.in_words(line, parse(cadence)) if cadence else None
    except BrokenCadence:
        return None
