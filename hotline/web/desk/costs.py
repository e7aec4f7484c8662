"""What the line costs: today and this month by kind, the ceilings, and how near they are."""

from collections.abc import Mapping

from flask import abort, render_template, request, url_for
from flask_babel import LazyString, format_currency
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response

from hotline.models import Choice
from hotline.services import choices, outbox
from hotline.services.desk.rights import Right
from hotline.services.spending import costs as spending
from hotline.services.spending.costs import CannotLimit
from hotline.web.desk.room import Visit, done, page, pages, reading, refused, writing
from hotline.web.product import product

NAMED: Mapping[str, LazyString] = {
    "call_minutes_per_day": _l("Minutes d’appel en un jour"),
    "sms_per_day": _l("SMS en un jour"),
    "call_minutes_per_person_per_day": _l("Minutes d’appel d’une même personne en un jour"),
    "sms_per_person_per_day": _l("SMS à une même personne en un jour"),
}
REACHED: Mapping[str, LazyString] = {
    "call_minutes_per_day": _l(
        "Les appelants laissent un message, les bénévoles appelleront demain, et l’équipe est alertée."
    ),
    "sms_per_day": _l(
        "Les SMS suivants partent le lendemain ; un dixième reste pour les réponses aux bénévoles."
    ),
    "call_minutes_per_person_per_day": _l(
        "Cette personne laisse un message jusqu’au lendemain, et l’équipe est alertée. "
        "Une conversation n’est jamais coupée pour cela."
    ),
    "sms_per_person_per_day": _l("La ligne n’écrit plus à cette personne jusqu’au lendemain."),
}
KINDS: Mapping[str, LazyString] = {
    "minutes_in": _l("Appels reçus"),
    "minutes_out": _l("Appels émis : écoutants, bénévoles, personnes rappelées"),
    "texts": _l("SMS envoyés"),
    "numbers": _l("Location du numéro"),
}
_PREFIX = "limits."

Said = Response | tuple[str, int]


@page("/costs", Right.SETTINGS)
def costs() -> str:
    """Show what the line costs, and its ceilings."""
    return reading(_shown)


@page("/costs/ceiling", Right.SETTINGS, methods=("POST",))
def decide_ceiling() -> Said:
    """Decide a ceiling; one that would not do comes back as it was typed."""
    name, typed = request.form.get("name", ""), request.form.get("most", "")
    if name not in NAMED:
        abort(400)

    def decide(visit: Visit) -> Said:
        try:
            most = spending.ceiling(typed)
        except CannotLimit as error:
            return _shown(visit, wrong={name: (typed, str(error))}), 422
        choice = choices.decide(visit.session, _PREFIX + name, most, author=visit.author, at=visit.at)
        visit.note("limits.decide", _PREFIX + name)
        product().line_in(visit.session)
        undo = url_for("desk.undo_ceiling", choice_id=choice.id)
        return done(_("Ce plafond vaut dès maintenant."), url_for("desk.costs"), undo=undo)

    return writing(decide)


@page("/costs/undo/<int:choice_id>", Right.SETTINGS, methods=("POST",))
def undo_ceiling(choice_id: int) -> Response:
    """Take a decision back, unless somebody has decided otherwise since."""

    def undo(visit: Visit) -> Response:
        choice = visit.session.get(Choice, choice_id)
        if choice is None or choice.name.removeprefix(_PREFIX) not in NAMED:
            abort(404)
        if choices.take_back(visit.session, choice, author=visit.author, at=visit.at) is None:
            return refused(_("Quelqu’un a déjà décidé autre chose depuis."), url_for("desk.costs"))
        visit.note("limits.undo", choice.name)
        product().line_in(visit.session)
        return done(_("C’est annulé : le plafond d’avant vaut de nouveau."), url_for("desk.costs"))

    return writing(undo)


def _shown(visit: Visit, wrong: Mapping[str, tuple[str, str]] | None = None) -> str:
    line, day = visit.line, visit.line.day(visit.at)
    today, month = spending.today(visit.session, day), spending.month(visit.session, line, day)
    limits = line.config.limits.model_dump()
    so_far = {
        "call_minutes_per_day": today.minutes_in + today.minutes_out,
        "sms_per_day": outbox.written_today(visit.session, line, visit.at),
    }
    return render_template(
        "desk/costs.html",
        kinds=KINDS,
        today=today,
        month=month,
        today_euros=today.euros(line.config.costs),
        month_euros=month.euros(line.config.costs),
        prices=line.config.costs,
        ceilings=[(name, says, limits[name], so_far.get(name)) for name, says in NAMED.items()],
        reached=REACHED,
        wrong=wrong or {},
    )


def euros(amount: float) -> str:
    """Return an amount as it is written in the page's language."""
    return str(format_currency(amount, "EUR"))


pages.add_app_template_filter(euros, "euros")
