"""What a volunteer is told of the person they call."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from callflows import by_mail, texts
from hotline.models import Assignment, Caller, Contact, Volunteer
from hotline.models.status import AssignmentState, Channel, RequestState
from hotline.services import links, outbox, people
from hotline.services.line import Line


def tell_of_contact(session: Session, line: Line, contact: Contact, at: datetime) -> None:
    """The caller of an active assignment made contact again: their volunteer is told, once a day."""
    request = contact.request
    if request is None or request.state is not RequestState.ASSIGNED:
        return
    assignment = session.scalar(
        select(Assignment).where(
            Assignment.request_id == request.id,
            Assignment.state == AssignmentState.ACTIVE,
            Assignment.holds_request,
        )
    )
    if assignment is None:
        return
    caller = session.get_one(Caller, assignment.caller_id)
    volunteer = session.get_one(Volunteer, assignment.volunteer_id)
    outbox.enqueue(
        session,
        line,
        kind="contact_again",
        key=f"again:{assignment.id}:{line.day(at)}",
        phone=volunteer.phone,
        body=by_mail.contact_again(line.words, people.first_name(caller))
        if assignment.channel is Channel.MAIL
        else texts.contact_again(
            line.words,
            people.first_name(caller),
            assignment.id,
            line=line.number,
            link=links.issue(session, line, volunteer, at) if line.one_way else None,
        ),
        at=at,
    )
