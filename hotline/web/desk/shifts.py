"""Shifts by hand: added, changed, taken away; each with a way back."""

from datetime import date
from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hotline.errors import HotlineError
from hotline.models import Phone, Shift
from hotline.services.desk import duties, weeks
from hotline.services.desk.duties import Terms
from hotline.services.desk.rights import Right
from hotline.web.desk.room import Visit, done, page, reading, refused, writing
from hotline.web.desk.shift_form import ShiftForm, shown, usual

Said = Response | tuple[str, int]


@page("/roster/shifts/new", Right.ROSTER)
def new_shift() -> str:
    """Show the form of a new shift."""
    return reading(lambda visit: _form_page(visit, ShiftForm(None, data=usual()).among(visit.line), None))


@page("/roster/shifts/new", Right.ROSTER, methods=("POST",))
def add_shift() -> Said:
    """Put a shift on the roster."""

    def add(visit: Visit) -> Said:
        form = ShiftForm(request.form).among(visit.line)
        wanted = _wanted(visit, form)
        if wanted is None:
            return _form_page(visit, form, None), 422
        shift = duties.add(visit.session, wanted, visit.at)
        visit.note("shift.add", f"shift:{shift.id}")
        undo = url_for("desk.remove_shift", shift_id=shift.id)
        return done(_("La permanence est au planning."), url_for("desk.roster"), undo=undo)

    return writing(add)


@page("/roster/shifts/<int:shift_id>", Right.ROSTER)
def edit_shift(shift_id: int) -> str:
    """Show a shift, to change it."""

    def see(visit: Visit) -> str:
        shift = _found(visit, shift_id)
        more = {"first": shift.from_date, "last": shift.until_date, "line": shift.line or ""}
        form = ShiftForm(None, data=shown(shift.available) | more)
        return _form_page(visit, form.among(visit.line), shift)

    return reading(see)


@page("/roster/shifts/<int:shift_id>", Right.ROSTER, methods=("POST",))
def change_shift(shift_id: int) -> Said:
    """Let a shift say something else."""

    def change(visit: Visit) -> Said:
        shift, form = _found(visit, shift_id), ShiftForm(request.form).among(visit.line)
        wanted = _wanted(visit, form, shift)
        if wanted is None:
            return _form_page(visit, form, shift), 422
        before = duties.change(visit.session, shift, wanted)
        visit.note("shift.change", f"shift:{shift.id}")
        undo = url_for("desk.put_shift_back", shift_id=shift.id, **_query(before))
        return done(_("La permanence est changée."), url_for("desk.roster"), undo=undo)

    return writing(change)


@page("/roster/shifts/<int:shift_id>/remove", Right.ROSTER, methods=("POST",))
def remove_shift(shift_id: int) -> Response:
    """Take a shift off the roster."""

    def remove(visit: Visit) -> Response:
        shift = visit.session.get(Shift, shift_id)
        if shift is None:
            return refused(_("Cette permanence n’est déjà plus au planning."), url_for("desk.roster"))
        before = duties.of(shift)
        visit.session.delete(shift)
        visit.note("shift.remove", f"shift:{shift_id}")
        undo = url_for("desk.put_shift_back", **_query(before))
        return done(_("La permanence est enlevée."), url_for("desk.roster"), undo=undo)

    return writing(remove)


@page("/roster/shifts/back", Right.ROSTER, methods=("POST",))
def put_shift_back() -> Response:
    """Undo a change, or put back a shift that was taken away."""
    shift_id = request.args.get("shift_id", type=int)

    def put_back(visit: Visit) -> Response:
        wanted = _terms(visit)
        try:
            duties.terms(visit.session, visit.line, wanted, but=shift_id)
        except HotlineError as error:
            return refused(str(error), url_for("desk.roster"))
        if shift_id is None:
            shift_back = duties.add(visit.session, wanted, visit.at).id
        else:
            shift_back = _found(visit, shift_id).id
            duties.change(visit.session, _found(visit, shift_id), wanted)
        visit.note("shift.undo", f"shift:{shift_back}")
        return done(_("C’est annulé."), url_for("desk.roster"))

    return writing(put_back)


def _wanted(visit: Visit, form: ShiftForm, known: Shift | None = None) -> Terms | None:
    """Return what the form says; None when something is wrong, which is said at its field."""
    if not form.validate():
        return None
    try:
        phone = _telephone(visit, form, known)
    except HotlineError as error:
        form.who.errors = [_sentence(error)]
        return None
    wanted = Terms(phone.id, form.written, form.first.data, form.last.data, form.hears(known))
    try:
        return duties.terms(visit.session, visit.line, wanted, but=known.id if known else None)
    except duties.CannotRoster as error:
        form.last.errors = [str(error)]
    except HotlineError as error:
        form.expression.errors = [_sentence(error)]
    return None


def _telephone(visit: Visit, form: ShiftForm, known: Shift | None) -> Phone:
    """Return whose shift it is; one that is known keeps its telephone when the field is empty."""
    if known is not None and not (form.who.data or "").strip():
        return known.phone
    return duties.telephone(visit.session, visit.line, form.who.data or "", visit.at)


def _form_page(visit: Visit, form: ShiftForm, known: Shift | None) -> str:
    listener = weeks.listeners_at(visit.session, [known.phone])[known.phone_id] if known else None
    return render_template("desk/shift.html", form=form, known=known, listener=listener)


def _found(visit: Visit, shift_id: int) -> Shift:
    return visit.session.get(Shift, shift_id) or abort(404)


def _query(terms: Terms) -> dict[str, Any]:
    """What a shift said, for an address: no number, no name."""
    return {name: value for name, value in vars(terms).items() if value is not None}


def _terms(visit: Visit) -> Terms:
    given = request.args
    try:
        first, last = (
            date.fromisoformat(day) if (day := given.get(name)) else None
            for name in ("from_date", "until_date")
        )
        phone_id = int(given["phone_id"])
    except (ValueError, KeyError):
        abort(400)
    if visit.session.get(Phone, phone_id) is None:
        abort(404)
    line = visit.line.at(given["line"]).number if "line" in given else None
    return Terms(phone_id, given.get("available", ""), first, last, line)


def _sentence(error: HotlineError) -> str:
    says = str(error).rstrip(".")
    return f"{says[:1].upper()}{says[1:]}."
