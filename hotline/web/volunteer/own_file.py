"""A volunteer's own file: what we know of them, kept up to date by themselves; and their departure."""

from typing import Any

from flask import render_template, request
from werkzeug import Response
from wtforms import BooleanField

from hotline.services.joining import departing, details
from hotline.services.joining.details import Details
from hotline.web.volunteer.person_form import PersonForm, language_names
from hotline.web.volunteer.room import Visit, back, let_out, onward, pages, reading, writing

_SAME = ("first_name", "last_name", "email", "postcode", "on_site", "by_mail")


class DetailsForm(PersonForm):
    """What somebody may change; their number and their age stay with the team."""

    by_mail = BooleanField("J’accepte aussi d’écrire des courriels à qui n’aime pas le téléphone")

    @property
    def details(self) -> Details:
        """What was typed, once it is valid."""
        return Details(on_site=bool(self.on_site.data), by_mail=bool(self.by_mail.data), **self.read)


@pages.get("/informations")
def own_file() -> str:
    """Show what we know of the volunteer, to change it."""
    return reading(lambda visit: _page(DetailsForm(None, data=_shown(details.of(visit.volunteer)))))


@pages.post("/informations")
def change_own_file() -> Response | tuple[str, int]:
    """Keep what the volunteer changes; a faulty answer comes back as it was typed."""
    form = DetailsForm(request.form)

    def keep(visit: Visit) -> Response | tuple[str, int]:
        if not form.validate():
            return _page(form), 422
        details.keep(visit.session, visit.volunteer, form.details)
        return back("C’est enregistré, merci.", "volunteer.own_file")

    return writing(keep)


@pages.get("/depart")
def departure() -> str:
    """Ask whether the volunteer really leaves the team."""
    return reading(lambda _visit: render_template("volunteer/departure.html"))


@pages.post("/depart")
def depart() -> Response:
    """The volunteer leaves the team: everything ends at once, and so does this page."""
    writing(lambda visit: departing.depart(visit.session, visit.line, visit.volunteer, visit.at))
    let_out()
    return onward("volunteer.departed")


@pages.get("/au-revoir")
def departed() -> str:
    """Say goodbye to whoever has left the team."""
    return render_template("volunteer/departed.html")


def _shown(known: Details) -> dict[str, Any]:
    return {
        **{name: getattr(known, name) for name in _SAME},
        "languages": language_names(known.languages),
    }


def _page(form: DetailsForm) -> str:
    return render_template("volunteer/own_file.html", form=form)
