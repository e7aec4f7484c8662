"""Somebody is given to a chosen volunteer, or offered to them: what speaks against it is read first."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug import Response
from wtforms import RadioField

from hotline.models import Assignment, Volunteer
from hotline.models.status import RequestKind
from hotline.services.desk import giving
from hotline.services.desk.giving import Choice, Rhythm
from hotline.services.desk.request_file import RequestFile
from hotline.services.desk.rights import Right
from hotline.services.desk.who import who
from hotline.web.desk import cadence_form, verdicts
from hotline.web.desk.acting import Said, act
from hotline.web.desk.cadence_form import CadenceForm
from hotline.web.desk.fields import options
from hotline.web.desk.request_page import found, held
from hotline.web.desk.room import Visit, page, reading

Answer = Response | tuple[str, int]


class GiveForm(CadenceForm):
    """For one call, or with a rhythm."""

    kind = RadioField(
        _l("Pour combien d’appels ?"),
        choices=options(
            {
                RequestKind.ONE_OFF.value: _l("Un seul appel"),
                RequestKind.RECURRING.value: _l("Des appels réguliers"),
            }
        ),
        default=RequestKind.ONE_OFF.value,
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """One call needs no rhythm: whatever stands in its fields is left alone."""
        if self.kind.data == RequestKind.ONE_OFF:
            return True
        return super().validate(extra_validators)

    @property
    def rhythm(self) -> Rhythm:
        """When the volunteer calls; only of a valid form."""
        return Rhythm() if self.kind.data == RequestKind.ONE_OFF else super().rhythm


@page("/requests/<int:request_id>/give/<int:volunteer_id>", Right.REQUESTS)
def give_form(request_id: int, volunteer_id: int) -> str:
    """Show what speaks for and against giving a request to a volunteer, and ask for how many calls."""

    def see(visit: Visit) -> str:
        file = found(visit.session, request_id)
        form = _form(visit, file, None)
        return _shown(visit, file, _choice(visit, request_id, volunteer_id), form)

    return reading(see)


@page("/requests/<int:request_id>/give/<int:volunteer_id>", Right.REQUESTS, methods=("POST",))
def give(request_id: int, volunteer_id: int) -> Answer:
    """Give a request to a volunteer, unless something new speaks against it that was not shown."""

    def read(visit: Visit) -> tuple[str, int] | Rhythm:
        file = found(visit.session, request_id)
        form = _form(visit, file, request.form)
        choice = _choice(visit, request_id, volunteer_id)
        unseen = set(choice.against) - set(request.form.getlist("seen"))
        if not form.validate() or unseen:
            return _shown(visit, file, choice, form, unseen=bool(unseen)), 422
        return form.rhythm

    rhythm = reading(read)
    if not isinstance(rhythm, Rhythm):
        return rhythm
    to = url_for("desk.request_page", request_id=request_id)
    return act(lambda visit: _given(visit, request_id, volunteer_id, rhythm), to)


@page("/requests/<int:request_id>/offer/<int:volunteer_id>", Right.REQUESTS, methods=("POST",))
def offer_by_hand(request_id: int, volunteer_id: int) -> Response:
    """Offer a request to a chosen volunteer by text."""

    def offer(visit: Visit) -> Said:
        row, volunteer = held(visit.session, request_id), _volunteer(visit.session, volunteer_id)
        giving.take_offer_back(visit.session, row, visit.at, actor=visit.author)
        _offered, deeds = giving.offer(visit.session, visit.line, row.id, volunteer.id, visit.at)
        visit.note("request.offer", f"request:{row.id}")
        return Said(
            _("La proposition à %(name)s part dans quelques secondes.", name=volunteer.first_name), deeds
        )

    return act(offer, url_for("desk.request_page", request_id=request_id))


def _given(visit: Visit, request_id: int, volunteer_id: int, rhythm: Rhythm) -> Said:
    row, volunteer = held(visit.session, request_id), _volunteer(visit.session, volunteer_id)
    given, deeds = giving.give(
        visit.session, visit.line, row, volunteer, rhythm, visit.at, actor=visit.author
    )
    visit.note("request.give", f"request:{row.id}")
    name = volunteer.first_name
    if giving.tells(visit.line, volunteer):
        sentence = _("C’est confié à %(name)s : un SMS part dans quelques secondes.", name=name)
    else:
        sentence = _("C’est confié à %(name)s, qui ne reçoit pas de SMS : prévenez de vive voix.", name=name)
    return Said(sentence, deeds, url_for("desk.assignment", assignment_id=given.id))


def _form(visit: Visit, file: RequestFile, entered: Any) -> GiveForm:
    """Begin with the rhythm that the person has, or asked for."""
    recurring = file.request.kind is RequestKind.RECURRING
    known = cadence_form.wished(file.request.cadence)
    if file.held:
        known = cadence_form.of(visit.session.get_one(Assignment, file.held.assignment_id)) or known
    form = GiveForm(entered, line=visit.line, at=visit.at, known=known)
    if entered is None:
        form.kind.data = (RequestKind.RECURRING if recurring else RequestKind.ONE_OFF).value
    return form


def _shown(visit: Visit, file: RequestFile, choice: Choice, form: GiveForm, *, unseen: bool = False) -> str:
    if not form.errors:
        form.look()
    return render_template(
        "desk/request_give.html",
        file=file,
        who=who(file.caller),
        choice=choice,
        speaks_for=verdicts.speaks_for(choice),
        against=[(refusal.value, verdicts.why_not(refusal, choice.name)) for refusal in choice.against],
        unseen=unseen,
        form=form,
        holder=file.held,
        volunteer=_volunteer(visit.session, choice.volunteer_id),
    )


def _choice(visit: Visit, request_id: int, volunteer_id: int) -> Choice:
    choice = giving.choice(visit.session, visit.line, request_id, volunteer_id, visit.at)
    if choice is None:
        abort(404)
    return choice


def _volunteer(session: Session, volunteer_id: int) -> Volunteer:
    volunteer = session.get(Volunteer, volunteer_id)
    if volunteer is None:
        abort(404)
    return volunteer
