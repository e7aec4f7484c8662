"""A volunteer's own choices: hours, quiet hours, how many people and calls."""

from flask import render_template, request
from werkzeug import Response

from hotline.services import volunteer_choices
from hotline.services.volunteer_choices import UnusableHours
from hotline.web.volunteer.choices_form import ChoicesForm, shown
from hotline.web.volunteer.room import Visit, back, pages, reading, writing


@pages.get("/reglages")
def choices() -> str:
    """Show what the volunteer has chosen."""

    def see(visit: Visit) -> str:
        return _page(visit, ChoicesForm(None, **shown(volunteer_choices.of(visit.volunteer))))

    return reading(see)


@pages.post("/reglages")
def choose() -> Response | tuple[str, int]:
    """Keep what the volunteer chooses; a faulty choice comes back as it was typed."""
    form = ChoicesForm(request.form)

    def keep(visit: Visit) -> Response | tuple[str, int]:
        if not form.validate():
            return _page(visit, form), 422
        try:
            volunteer_choices.choose(visit.session, visit.line, visit.volunteer, form.choices)
        except UnusableHours as error:
            field = form.other if error.of == "available" else form.quiet_other
            field.errors = [str(error)]
            return _page(visit, form), 422
        return back("C’est enregistré, merci.", "volunteer.choices")

    return writing(keep)


def _page(visit: Visit, form: ChoicesForm) -> str:
    writes = visit.volunteer.email is not None
    return render_template("volunteer/choices.html", form=form, writes=writes)
