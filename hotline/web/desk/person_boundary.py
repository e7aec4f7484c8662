"""A boundary: the line does not ring for somebody until a date, and how that is taken back."""

from datetime import date
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, StringField
from wtforms.validators import InputRequired, Length

from hotline.models import Boundary
from hotline.services.desk import boundaries
from hotline.services.desk.refusals import Refused, Why
from hotline.services.desk.rights import Right
from hotline.web.desk.people_words import sentence
from hotline.web.desk.person import address, found
from hotline.web.desk.room import Visit, done, page, reading, refused, writing
from hotline.web.volunteer.forms import Readable

_A_DATE = _l("Donnez le dernier jour, par exemple 24/12/2026.")


class BoundaryForm(Form):
    """Until when, and why."""

    last_day = DateField(_l("Jusqu’au soir du"), validators=[InputRequired(_A_DATE), Readable(str(_A_DATE))])
    reason = StringField(
        _l("Pourquoi"),
        validators=[
            InputRequired(_l("Dites pourquoi : la personne qui lira cette fiche doit le comprendre.")),
            Length(max=300, message=_l("Trois cents caractères suffisent : raccourcissez.")),
        ],
    )


@page("/people/<int:caller_id>/boundary", Right.REQUESTS)
def boundary(caller_id: int) -> ResponseReturnValue:
    """Ask until when the line is not to ring for somebody, and why."""
    return _asked(caller_id, BoundaryForm())


@page("/people/<int:caller_id>/boundary", Right.REQUESTS, methods=("POST",))
def set_boundary(caller_id: int) -> ResponseReturnValue:
    """Let the line not ring for somebody until the evening of a day."""
    form = BoundaryForm(request.form)
    if not form.validate():
        return _asked(caller_id, form, status=422)
    last_day, reason = form.last_day.data or date.min, (form.reason.data or "").strip()

    def begin(visit: Visit) -> int:
        caller = found(visit.session, caller_id)
        given: dict[str, Any] = {"last_day": last_day, "reason": reason, "author": visit.author}
        made = boundaries.begin(visit.session, visit.line, caller, **given, at=visit.at)
        visit.note("boundary.set", f"caller:{caller_id}")
        return made.id

    try:
        boundary_id = writing(begin)
    except Refused as error:
        (form.reason if error.why is Why.BOUNDARY_WITHOUT_NUMBER else form.last_day).errors = [
            sentence(error)
        ]
        return _asked(caller_id, form, status=422)
    undo = url_for("desk.lift_boundary", boundary_id=boundary_id)
    return done(
        _("La ligne ne sonnera plus pour cette personne jusqu’à cette date."), address(caller_id), undo=undo
    )


@page("/boundaries/<int:boundary_id>/lift", Right.REQUESTS, methods=("POST",))
def lift_boundary(boundary_id: int) -> ResponseReturnValue:
    """Let the line ring for somebody again before the date."""

    def lift(visit: Visit) -> tuple[int, Refused | None]:
        row = _found(visit, boundary_id)
        try:
            boundaries.lift(visit.session, row, visit.at)
        except Refused as error:
            return row.caller_id, error
        visit.note("boundary.lifted", f"caller:{row.caller_id}")
        return row.caller_id, None

    caller_id, error = writing(lift)
    if error is not None:
        return refused(sentence(error), address(caller_id))
    undo = url_for("desk.restore_boundary", boundary_id=boundary_id)
    return done(_("La ligne sonne de nouveau pour cette personne."), address(caller_id), undo=undo)


@page("/boundaries/<int:boundary_id>/restore", Right.REQUESTS, methods=("POST",))
def restore_boundary(boundary_id: int) -> ResponseReturnValue:
    """Let a lifted boundary hold again."""

    def restore(visit: Visit) -> tuple[int, Refused | None]:
        row = _found(visit, boundary_id)
        try:
            boundaries.restore(visit.session, row, visit.at)
        except Refused as error:
            return row.caller_id, error
        visit.note("boundary.set", f"caller:{row.caller_id}")
        return row.caller_id, None

    caller_id, error = writing(restore)
    if error is not None:
        return refused(sentence(error), address(caller_id))
    return done(_("La ligne ne sonne de nouveau plus pour cette personne."), address(caller_id))


def _found(visit: Visit, boundary_id: int) -> Boundary:
    row = visit.session.get(Boundary, boundary_id)
    if row is None:
        abort(404)
    return row


def _asked(caller_id: int, form: BoundaryForm, *, status: int = 200) -> ResponseReturnValue:
    def see(visit: Visit) -> str:
        caller = found(visit.session, caller_id)
        return render_template("desk/person_boundary.html", caller=caller, form=form)

    return reading(see), status
