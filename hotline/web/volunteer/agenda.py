"""The agenda: the calls of the next five weeks, those that somebody else must make, and their calendar."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from flask import abort, render_template, session
from werkzeug import Response

from hotline.models import Assignment, Callback, Volunteer
from hotline.models.status import RequestKind
from hotline.services import absences, assignments, links, volunteer_agenda
from hotline.services.line import Line
from hotline.services.volunteer_agenda import Planned
from hotline.web.product import product
from hotline.web.volunteer import words
from hotline.web.volunteer.feed import calendar
from hotline.web.volunteer.room import Visit, back, pages, reading, writing

_ADDRESS = "calendar_address"


@pages.get("/agenda")
def agenda() -> str:
    """Show the coming weeks."""

    def see(visit: Visit) -> str:
        calls = volunteer_agenda.planned(visit.session, visit.line, visit.volunteer, visit.at)
        return render_template(
            "volunteer/agenda.html",
            weeks=list(_weeks(visit.line, calls, visit.line.day(visit.at))),
            address=session.pop(_ADDRESS, None),
            has_calendar=links.has_calendar(visit.session, visit.volunteer, visit.at),
        )

    return reading(see)


@pages.post("/agenda/<int:callback_id>/empechement")
def cannot(callback_id: int) -> Response:
    """The volunteer cannot make a call: somebody else is sought for it, of a recurring one for that day."""
    return back(writing(lambda visit: _cannot(visit, callback_id)), "volunteer.agenda")


@pages.post("/agenda/adresse")
def new_address() -> Response:
    """Make an address for the volunteer's calendar and show it once; an earlier one stops working."""

    def make(visit: Visit) -> str:
        return links.issue_calendar(visit.session, visit.line, visit.volunteer, visit.at)

    session[_ADDRESS] = writing(make)
    return back("Voici l’adresse de votre agenda.", "volunteer.agenda", _anchor="calendrier")


@pages.post("/agenda/adresse/oublier")
def forget_address() -> Response:
    """Make the address of the volunteer's calendar worthless."""
    writing(lambda visit: links.revoke_calendar(visit.session, visit.volunteer, visit.at))
    return back("C’est fait : l’ancienne adresse ne montre plus rien.", "volunteer.agenda")


@pages.get("/calendar/<token>.ics")
def feed(token: str) -> Response:
    """Serve the calendar to whoever holds its address; asking changes nothing."""
    hotline = product()
    at = hotline.clock.now()
    with hotline.database.read() as transaction:
        link = links.find(transaction, token, at, links.CALENDAR)
        if link is None:
            abort(404)
        volunteer = transaction.get_one(Volunteer, link.volunteer_id)
        calls = volunteer_agenda.planned(transaction, hotline.line, volunteer, at)
    theirs = [call for call in calls if not (call.away or call.covered)]
    return Response(calendar(hotline.line, theirs, at), content_type="text/calendar; charset=utf-8")


def _cannot(visit: Visit, callback_id: int) -> str:
    callback = visit.session.get(Callback, callback_id)
    assignment = visit.session.get(Assignment, callback.assignment_id) if callback else None
    if callback is None or assignment is None or assignment.volunteer_id != visit.volunteer.id:
        abort(404)
    if assignment.kind is not RequestKind.RECURRING or assignment.covers_id is not None:
        assignments.decline(visit.session, assignment, visit.at)
        if assignment.referral_id is not None:
            return "C’est noté. Nous demandons à quelqu’un d’autre d’y aller."
        return "C’est noté. Nous demandons à quelqu’un d’autre de faire cet appel."
    day = visit.line.day(callback.due_at)
    known = volunteer_agenda.away(visit.session, visit.line, visit.volunteer, visit.at)
    if not any(one.holds(day) for one in known):
        absences.begin(visit.session, visit.line, visit.volunteer, day, day, visit.at)
    written = words.near_day(day, visit.line.day(visit.at))
    return f"C’est noté. Quelqu’un d’autre appellera à votre place {written}."


def _weeks(line: Line, calls: Sequence[Planned], today: date) -> Iterator[tuple[str, list[Planned]]]:
    """Group calls by week, in order, each week under its name."""

    def monday(call: Planned) -> date:
        day = line.day(call.due_at)
        return day - timedelta(days=day.weekday())

    for first, held in groupby(calls, key=monday):
        yield words.week(first, today), list(held)
