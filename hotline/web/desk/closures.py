"""Announced closures and exceptional openings: added and taken away."""

from datetime import date

from flask import request
from flask_babel import gettext as _
from werkzeug import Response

from hotline.errors import HotlineError
from hotline.services.desk import opening
from hotline.services.desk.rights import Right
from hotline.web.desk.hours import Said, decided, deciding, hours_page
from hotline.web.desk.hours_form import ClosureForm, OpeningForm
from hotline.web.desk.room import Visit, page, refused


@page("/hours/closures", Right.ROSTER, methods=("POST",))
def add_closure() -> Said:
    """Announce a closure; one that would not do comes back as it was typed."""

    def add(visit: Visit) -> Said:
        form = ClosureForm(request.form)
        if not form.validate() or form.first.data is None:
            return hours_page(visit, closure_form=form), 422
        try:
            dates, today = (form.first.data, form.last.data), visit.line.day(visit.at)
            closures = opening.with_closure(visit.line, *dates, (form.reason.data or "").strip(), today)
        except HotlineError as error:
            form.last.errors = [str(error)]
            return hours_page(visit, closure_form=form), 422
        return decided(visit, opening.CLOSURES, closures, _("La fermeture est annoncée."))

    return deciding(add)


@page("/hours/closures/remove", Right.ROSTER, methods=("POST",))
def remove_closure() -> Response:
    """Take an announced closure away."""
    first = _day(request.form.get("first", ""))

    def remove(visit: Visit) -> Response:
        known = visit.line.config.closures
        left = [one for one in known if one.from_date != first]
        if len(left) == len(known):
            return refused(_("Cette fermeture n’est déjà plus là."), "/hours")
        kept = opening.kept_closures(left)
        return decided(visit, opening.CLOSURES, kept, _("La fermeture est enlevée."))

    return deciding(remove)


@page("/hours/openings", Right.ROSTER, methods=("POST",))
def add_opening() -> Said:
    """Announce what one day is open; one that would not do comes back as it was typed."""

    def add(visit: Visit) -> Said:
        form = OpeningForm(request.form)
        if not form.validate() or form.day.data is None:
            return hours_page(visit, opening_form=form), 422
        try:
            today = visit.line.day(visit.at)
            openings = opening.with_opening(visit.line, form.day.data, form.hours.data or "", today)
        except HotlineError as error:
            form.hours.errors = [str(error)]
            return hours_page(visit, opening_form=form), 422
        return decided(visit, opening.OPENINGS, openings, _("L’ouverture est annoncée."))

    return deciding(add)


@page("/hours/openings/remove", Right.ROSTER, methods=("POST",))
def remove_opening() -> Response:
    """Take an exceptional opening away."""
    day = _day(request.form.get("day", ""))

    def remove(visit: Visit) -> Response:
        known = visit.line.config.openings
        left = [one for one in known if one.on != day]
        if len(left) == len(known):
            return refused(_("Cette ouverture n’est déjà plus là."), "/hours")
        return decided(visit, opening.OPENINGS, opening.kept_openings(left), _("L’ouverture est enlevée."))

    return deciding(remove)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
