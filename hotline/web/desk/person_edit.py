"""What somebody prefers and consents to, changed by hand."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hotline.errors import HotlineError
from hotline.services import cells, preferences, requests
from hotline.services.desk.rights import Right
from hotline.web.desk.person import address, found
from hotline.web.desk.person_form import PersonForm
from hotline.web.desk.room import Visit, done, page, reading, writing
from hotline.web.desk.spans import weekly


@page("/people/<int:caller_id>/edit", Right.PEOPLE)
def edit_person(caller_id: int) -> ResponseReturnValue:
    """Show what is noted about somebody, to be changed."""
    return reading(lambda visit: _page(_form(visit, caller_id, filled=False)))


@page("/people/<int:caller_id>/edit", Right.PEOPLE, methods=("POST",))
def change_person(caller_id: int) -> ResponseReturnValue:
    """Note what was entered; a faulty answer comes back as it was typed."""

    def change(visit: Visit) -> str | None:
        form = _form(visit, caller_id)
        if not form.validate():
            return _page(form)
        caller = found(visit.session, caller_id)
        if form.given:
            preferences.note(
                visit.session, visit.line, caller, form.given, visit.at, actor=visit.coordinator.email
            )
        return None

    faulty = writing(change)
    return (faulty, 422) if faulty else done(_("C’est noté."), address(caller_id))


@page("/people/hours", Right.PEOPLE, methods=("POST",))
def read_wished_hours() -> str:
    """Read hours as they are typed, and say them in words."""
    typed = " ".join(request.form.get("wished_hours", "").split())

    def say(visit: Visit) -> str:
        try:
            cells.hours(typed, visit.line)
        except HotlineError as error:
            return render_template("desk/hours_read.html", fault=str(error), says="")
        says = weekly(visit.line, typed, visit.line.day(visit.at))
        return render_template("desk/hours_read.html", fault="", says=says)

    return reading(say)


def _form(visit: Visit, caller_id: int, *, filled: bool = True) -> PersonForm:
    caller = found(visit.session, caller_id)
    return PersonForm(
        request.form if filled else None,
        caller=caller,
        request=requests.current(visit.session, caller.id),
        line=visit.line,
    )


def _page(form: PersonForm) -> str:
    return render_template("desk/person_edit.html", form=form, caller=form.caller)
