"""The line's hours: when it is open, closed for a while, open for once; seen before they are decided."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug import Response

from hotline import lines
from hotline.errors import HotlineError
from hotline.models import Choice
from hotline.services import choices
from hotline.services.desk import days, opening
from hotline.services.desk.rights import Right
from hotline.services.line import Line
from hotline.web.desk import spans
from hotline.web.desk.hours_form import ClosureForm, OpenForm, OpeningForm, shown
from hotline.web.desk.room import Visit, done, page, reading, refused, writing
from hotline.web.desk.which_line import asked
from hotline.web.i18n import language
from hotline.web.product import product

DAYS_SHOWN = 14
_NAMED = {
    opening.OPEN: lambda: _("Heures d’ouverture"),
    opening.CLOSURES: lambda: _("Fermetures"),
    opening.OPENINGS: lambda: _("Ouvertures exceptionnelles"),
    opening.HEAT_WAVE: lambda: _("Canicule"),
    opening.OFFER_HOURS: lambda: _("Heures des SMS aux bénévoles"),
    opening.CALL_HOURS: lambda: _("Heures d’appel chez les gens"),
    opening.SCHOOL_ZONE: lambda: _("Zone scolaire"),
}

Said = Response | tuple[str, int]
Decided = TypeVar("Decided", Response, Said)


@page("/hours", Right.ROSTER)
def hours() -> str:
    """Show the line's hours, what they mean for the coming days, and who decided them."""
    return reading(lambda visit: hours_page(asked(visit)))


@page("/hours/preview", Right.ROSTER, methods=("POST",))
def preview_hours() -> str:
    """Say what the line's hours would be with what is being typed."""

    def see(visit: Visit) -> str:
        try:
            draft, fault = drafted(visit), ""
        except HotlineError as error:
            draft, fault = None, str(error)
        return render_template("desk/hours_preview.html", **ahead(visit, draft), fault=fault)

    return reading(lambda visit: see(asked(visit)))


@page("/hours/open", Right.ROSTER, methods=("POST",))
def decide_open() -> Said:
    """Decide the usual hours; a faulty form comes back as it was typed."""

    def keep(visit: Visit) -> Said:
        if visit.line.second and "as_main" in request.form:
            says = _("Cette ligne ouvre de nouveau avec la ligne principale.")
            return decided(visit, opening.open_name(visit.line), opening.AS_MAIN, says)
        form = OpenForm(request.form)
        if not form.validate():
            return hours_page(visit, open_form=form), 422
        try:
            expression = opening.usual(visit.line, form.written)
        except HotlineError as error:
            form.expression.errors = [str(error)]
            return hours_page(visit, open_form=form), 422
        says = _("Les nouvelles heures valent dès le prochain appel.")
        return decided(visit, opening.open_name(visit.line), expression, says)

    return deciding(keep)


@page("/hours/heat-wave", Right.ROSTER, methods=("POST",))
def decide_heat_wave() -> Response:
    """Switch the heat wave on or off."""
    on = request.form.get("on") == "1"
    says = _("Canicule : l’équipe est prévenue plus tôt.") if on else _("La canicule est passée.")
    return deciding(lambda visit: decided(visit, opening.HEAT_WAVE, on, says))


@page("/hours/decent", Right.ROSTER, methods=("POST",))
def decide_decent() -> Said:
    """Decide at what hours texts leave, or callers are phoned."""
    name = request.form.get("name", "")
    if name not in opening.EXPRESSIONS:
        abort(400)

    def keep(visit: Visit) -> Said:
        typed = request.form.get("hours", "")
        try:
            expression = opening.decent(visit.line, typed)
        except HotlineError as error:
            return hours_page(visit, decent={name: (typed, str(error))}), 422
        return decided(visit, name, expression, _("C’est enregistré."))

    return deciding(keep)


@page("/hours/school-zone", Right.ROSTER, methods=("POST",))
def decide_school_zone() -> Response:
    """Decide whose school holidays the roster shows."""
    zone = request.form.get("zone", "")
    if zone not in {"", "A", "B", "C"}:
        abort(400)
    return deciding(lambda visit: decided(visit, opening.SCHOOL_ZONE, zone, _("C’est enregistré.")))


@page("/hours/undo/<int:choice_id>", Right.ROSTER, methods=("POST",))
def undo_hours(choice_id: int) -> Response:
    """Take a decision back, unless somebody has decided otherwise since."""

    def undo(visit: Visit) -> Response:
        choice = _choice(visit, choice_id)
        if choices.take_back(visit.session, choice, author=visit.author, at=visit.at) is None:
            return refused(_("Quelqu’un a déjà décidé autre chose depuis."), _address(visit))
        visit.note("hours.undo", choice.name)
        product().line_in(visit.session)
        return done(_("C’est annulé : les heures d’avant valent de nouveau."), _address(visit))

    return deciding(undo)


@page("/hours/restore/<int:choice_id>", Right.ROSTER, methods=("POST",))
def restore_hours(choice_id: int) -> Response:
    """Decide once more what was decided before."""

    def restore(visit: Visit) -> Response:
        choice = _choice(visit, choice_id)
        return decided(visit, choice.name, choice.value, _("Cette version vaut de nouveau."))

    return deciding(restore)


def deciding(work: Callable[[Visit], Decided]) -> Decided:
    """Return what `work` decided, alone, over what others have decided up to then."""

    def alone(visit: Visit) -> Decided:
        choices.one_at_a_time(visit.session)
        return work(asked(replace(visit, line=product().line_in(visit.session))))

    return writing(alone)


def decided(visit: Visit, name: str, value: Any, says: str) -> Response:
    """Keep a decision, which the next call hears, and offer to take it back."""
    choice = choices.decide(visit.session, name, value, author=visit.author, at=visit.at)
    visit.note("hours.decide", name)
    product().line_in(visit.session)
    undo = url_for("desk.undo_hours", choice_id=choice.id, line=visit.line.second)
    return done(says, _address(visit), undo=undo)


def drafted(visit: Visit) -> Line | None:
    """Return the line as it would be with what is being typed; None when nothing was typed yet."""
    line, today = visit.line, visit.line.day(visit.at)
    match request.form.get("matter"):
        case "open":
            form = OpenForm(request.form)
            if not form.validate():
                raise opening.CannotDecide(_("Une heure est à corriger."))
            return lines.drafted(line, {opening.OPEN: opening.usual(line, form.written)})
        case "closure":
            closure = ClosureForm(request.form)
            if closure.first.data is None:
                return None
            dates = closure.first.data, closure.last.data
            made = opening.with_closure(line, *dates, closure.reason.data or "", today)
            return lines.drafted(line, {opening.CLOSURES: made})
        case _:
            once = OpeningForm(request.form)
            if once.day.data is None or not once.hours.data:
                return None
            added = opening.with_opening(line, once.day.data, once.hours.data, today)
            return lines.drafted(line, {opening.OPENINGS: added})


def ahead(visit: Visit, draft: Line | None = None) -> dict[str, Any]:
    """Return what the preview shows: the coming days, those that would change marked."""
    first = visit.line.day(visit.at)
    now = days.marked(visit.line, first, DAYS_SHOWN, language())
    then = days.marked(draft, first, DAYS_SHOWN, language()) if draft else now
    return {
        "draft": draft is not None,
        "days": [
            (day, spans.written(day.spans), day.spans != known.spans)
            for day, known in zip(then, now, strict=True)
        ],
    }


def hours_page(
    visit: Visit,
    *,
    open_form: OpenForm | None = None,
    closure_form: ClosureForm | None = None,
    opening_form: OpeningForm | None = None,
    decent: dict[str, tuple[str, str]] | None = None,
) -> str:
    """Render the page of hours, with what was typed where something is to be corrected."""
    config, today = visit.line.config, visit.line.day(visit.at)
    kept = {opening.OFFER_HOURS: config.offers.hours, opening.CALL_HOURS: config.callbacks.hours}
    return render_template(
        "desk/hours.html",
        **ahead(visit),
        here=visit.line,
        as_main=opening.as_main(visit.line),
        fault="",
        open_form=open_form or OpenForm(None, data=shown(config.hours.open)),
        closure_form=closure_form or ClosureForm(None),
        opening_form=opening_form or OpeningForm(None),
        closures=[one for one in config.closures if one.until >= today],
        openings=[one for one in config.openings if one.on >= today],
        decent={name: (decent or {}).get(name, (kept[name], "")) for name in kept},
        decent_says={name: spans.weekly(visit.line, kept[name], today) for name in kept},
        heat_wave=config.ladders.heat_wave,
        heat_wave_tries=config.ladders.heat_wave_tries,
        zone=config.hours.school_zone,
        versions=_versions(visit.session, visit.line),
    )


def _choice(visit: Visit, choice_id: int) -> Choice:
    choice = visit.session.get(Choice, choice_id)
    return choice if choice is not None and choice.name in opening.names(visit.line) else abort(404)


def _address(visit: Visit) -> str:
    return url_for("desk.hours", line=visit.line.second)


def _versions(session: Session, line: Line) -> Sequence[tuple[Choice, str, str, bool]]:
    """Return each decision with its matter, its words, and whether it holds now."""
    seen: set[str] = set()
    told = []
    for choice in opening.versions(session, line):
        matter = _NAMED[opening.OPEN if line.second else choice.name]()
        told.append((choice, matter, _in_words(choice), choice.name not in seen))
        seen.add(choice.name)
    return told


def _in_words(choice: Choice) -> str:
    value = choice.value
    if value == {}:
        return str(_("comme dans le fichier de réglages"))
    if choice.name.startswith("lines.") and value == opening.AS_MAIN:
        return str(_("comme la ligne principale"))
    if isinstance(value, bool):
        return str(_("en cours") if value else _("arrêtée"))
    if choice.name == opening.CLOSURES:
        return str(ngettext("%(num)d fermeture annoncée", "%(num)d fermetures annoncées", len(value)))
    if choice.name == opening.OPENINGS:
        return str(ngettext("%(num)d ouverture annoncée", "%(num)d ouvertures annoncées", len(value)))
    return str(value) or _("aucune")
