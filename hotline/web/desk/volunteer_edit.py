"""A volunteer is written down or changed by hand; hours are checked while they are typed."""

from collections.abc import Callable

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hotline.errors import HotlineError
from hotline.models import Volunteer
from hotline.phone import PhoneNumber
from hotline.services import cells
from hotline.services.desk import membership
from hotline.services.desk.membership import CannotJoin
from hotline.services.desk.rights import Right
from hotline.services.tandems import CannotMentor
from hotline.web.desk import spans
from hotline.web.desk.room import Visit, done, page, reading, writing
from hotline.web.desk.volunteer import found
from hotline.web.desk.volunteer_form import VolunteerForm

Said = Response | tuple[str, int]


@page("/volunteers/new", Right.VOLUNTEERS)
def new_volunteer() -> str:
    """Show the form for somebody new."""
    return reading(lambda visit: _form_page(_form(visit, filled=False), None))


@page("/volunteers/new", Right.VOLUNTEERS, methods=("POST",))
def add_volunteer() -> Said:
    """Write down somebody new, and welcome them at once when asked."""

    def add(visit: Visit) -> Said:
        form = _form(visit)
        if not form.validate():
            return _form_page(form, None), 422
        joined = _tried(visit, form, lambda: membership.join(visit.session, form.profile, visit.at))
        if joined is None:
            return _form_page(form, None), 422
        visit.note("volunteer.add", f"volunteer:{joined.id}")
        says = _("%(name)s est dans le fichier, à accueillir.", name=joined.first_name)
        if request.form.get("welcome") and not membership.may_begin(visit.line, joined, visit.at):
            says = _(
                "%(name)s a moins de 18 ans : notez l’accord écrit de ses parents avant l’accueil.",
                name=joined.first_name,
            )
        elif request.form.get("welcome"):
            leaves = membership.activate(visit.session, visit.line, joined, visit.at)
            visit.note("volunteer.activate", f"volunteer:{joined.id}")
            says = _("%(name)s est dans l’équipe : %(says)s.", name=joined.first_name, says=leaves)
        return done(says, url_for("desk.volunteer", volunteer_id=joined.id))

    return writing(add)


@page("/volunteers/<int:volunteer_id>/edit", Right.VOLUNTEERS)
def edit_volunteer(volunteer_id: int) -> str:
    """Show what is kept about a volunteer, to change it."""

    def see(visit: Visit) -> str:
        one = found(visit, volunteer_id)
        return _form_page(_form(visit, one, filled=False), one)

    return reading(see)


@page("/volunteers/<int:volunteer_id>/edit", Right.VOLUNTEERS, methods=("POST",))
def change_volunteer(volunteer_id: int) -> Said:
    """Keep what has changed about a volunteer."""

    def change(visit: Visit) -> Said:
        one = found(visit, volunteer_id)
        form = _form(visit, one)

        def keep() -> Volunteer:
            membership.change(visit.session, one, form.profile, visit.at)
            return one

        if not form.validate() or _tried(visit, form, keep) is None:
            return _form_page(form, one), 422
        visit.note("volunteer.change", f"volunteer:{one.id}")
        return done(_("C’est enregistré."), url_for("desk.volunteer", volunteer_id=one.id))

    return writing(change)


@page("/volunteers/hours", Right.VOLUNTEERS, methods=("POST",))
def check_hours() -> str:
    """Say in words what an expression means, or what is wrong with it."""
    field = request.form.get("field", "")
    typed = request.form.get(field if field in {"available", "quiet"} else "available", "").strip()

    def say(visit: Visit) -> str:
        try:
            cells.hours(typed, visit.line)
        except HotlineError as error:
            return render_template("desk/hours_read.html", fault=str(error), says="")
        if not typed and field == "quiet":
            return render_template("desk/hours_read.html", fault="", says=_("aucune"))
        says = spans.weekly(visit.line, typed, visit.line.day(visit.at))
        return render_template("desk/hours_read.html", fault="", says=says)

    return reading(say)


def _form(visit: Visit, known: Volunteer | None = None, *, filled: bool = True) -> VolunteerForm:
    return VolunteerForm(
        request.form if filled else None,
        session=visit.session,
        line=visit.line,
        today=visit.line.day(visit.at),
        known=known,
    )


def _tried(visit: Visit, form: VolunteerForm, work: Callable[[], Volunteer]) -> Volunteer | None:
    """Do it wholly or not at all; what stands against it is said at its field."""
    try:
        with visit.session.begin_nested():
            return work()
    except CannotJoin as error:
        form.phone.errors = [str(error)]
    except CannotMentor as error:
        form.mentor.errors = [str(error)]
    return None


def _form_page(form: VolunteerForm, known: Volunteer | None) -> str:
    return render_template(
        "desk/volunteer_form.html",
        form=form,
        known=known,
        masked=str(PhoneNumber(known.phone.number)) if known else "",
        welcome=request.form.get("welcome", "") if request.method == "POST" else "1",
    )
