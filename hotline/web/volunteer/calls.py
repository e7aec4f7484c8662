"""One call: the volunteer's telephone is rung, and afterwards they tell how it went."""

from typing import Any

from flask import abort, jsonify, render_template, request
from werkzeug import Response

from hotline.models import Assignment, Callback
from hotline.models.status import ReportSource
from hotline.services import callbacks, taps, volunteer_page, volunteer_ringing
from hotline.services.referrals import telling
from hotline.services.volunteer_ringing import Ringing
from hotline.web.volunteer.report_form import ReportForm
from hotline.web.volunteer.room import Visit, back, onward, pages, reading, writing

_SAYS = {
    Ringing.SOON: "Votre téléphone va sonner. Décrochez et appuyez sur 1.",
    Ringing.NOW: "Votre téléphone sonne. Décrochez et appuyez sur 1.",
    Ringing.OVER: "L’appel est terminé. Dites-nous ci-dessous comment il s’est passé.",
    Ringing.IN_VAIN: "Votre téléphone n’a pas répondu. Touchez « Appeler » quand vous serez à côté.",
    Ringing.FAILED: "Votre téléphone n’a pas pu sonner. Touchez « Appeler depuis ce téléphone ».",
    Ringing.DOUBTFUL: "Si votre téléphone ne sonne pas, touchez « Appeler depuis ce téléphone ».",
}
_THANKS = "Merci pour votre appel, c’est noté."
_GOING_ON = frozenset({Ringing.SOON, Ringing.NOW})


@pages.get("/appels/<int:callback_id>")
def call(callback_id: int) -> Response | str:
    """Show one call: whom, when, what was told last time, and the report to fill in."""

    def see(visit: Visit) -> Response | str:
        found = _own(visit, callback_id)
        if not found.open:
            return onward("volunteer.today")
        form = _form(visit, found, None)
        return _page(visit, found, form)

    return reading(see)


@pages.post("/appels/<int:callback_id>/appeler")
def ring(callback_id: int) -> Response:
    """Have the line ring the volunteer's telephone; asked again while it does, it rings once."""

    def ask(visit: Visit) -> bool:
        _own(visit, callback_id)
        asked = taps.ask(visit.session, visit.volunteer, callback_id, visit.at)
        return asked is not None or _ringing(visit, callback_id) in _GOING_ON

    if not writing(ask):
        return back("Votre téléphone sonne déjà, ou cet appel n’est plus à faire.")
    return onward("volunteer.call", callback_id=callback_id, _anchor="sonnerie")


@pages.get("/appels/<int:callback_id>/sonnerie")
def ringing(callback_id: int) -> Response:
    """Tell the page how far the ringing has come."""

    def see(visit: Visit) -> Response:
        _own(visit, callback_id)
        state = _ringing(visit, callback_id)
        return jsonify(says=_SAYS[state] if state else "", more=state in _GOING_ON)

    return reading(see)


@pages.post("/appels/<int:callback_id>/recit")
def tell(callback_id: int) -> Response | tuple[str, int]:
    """Take the volunteer's report of a call; a faulty one comes back as it was typed."""

    def keep(visit: Visit) -> Response | tuple[str, int]:
        found = _own(visit, callback_id)
        form = _form(visit, found, request.form)
        if not form.validate():
            return _page(visit, found, form), 422
        return back(_keep(visit, callback_id, form))

    return writing(keep)


@pages.post("/appels/<int:callback_id>/dit/<int:referral_id>")
def said(callback_id: int, referral_id: int) -> Response:
    """Note that the volunteer has told the person who will phone them."""

    def note(visit: Visit) -> bool:
        found = _own(visit, callback_id)
        if referral_id not in {one.referral_id for one in found.to_say}:
            return False
        telling.said(visit.session, referral_id, visit.at, actor=visit.volunteer.first_name)
        return True

    if not writing(note):
        return back("C’était déjà dit, ou ce n’est plus à dire.")
    return onward("volunteer.call", callback_id=callback_id)


def _keep(visit: Visit, callback_id: int, form: ReportForm) -> str:
    """Write the report down and return the sentence that answers it."""
    session, line, at = visit.session, visit.line, visit.at
    callback, source = session.get_one(Callback, callback_id), ReportSource.PAGE
    assignment = session.get_one(Assignment, callback.assignment_id)
    if form.reached.data == "yes":
        callbacks.made(session, line, assignment, at, callback=callback, told=form.told, source=source)
        said = "Merci pour votre aide, c’est noté." if assignment.referral_id else _THANKS
    else:
        callbacks.unanswered(session, line, assignment, at, callback=callback)
        said = "C’est noté, merci d’avoir essayé. Nous prévoyons un autre essai, à une autre heure."
    if not form.difficult.data:
        return said
    words = form.told.words or "Appel difficile."
    key = f"page:{callback_id}"
    callbacks.difficult(session, line, assignment, visit.volunteer, words, key, at, source=source)
    return f"{said} L’équipe est prévenue de cet appel difficile."


def _form(visit: Visit, found: volunteer_page.Call, entered: Any) -> ReportForm:
    today, errand = visit.line.day(visit.at), found.errand is not None
    return ReportForm(entered, today=today, minutes=found.minutes, errand=errand)


def _own(visit: Visit, callback_id: int) -> volunteer_page.Call:
    """Return a call of this volunteer; nobody else's is there for them."""
    found = volunteer_page.call(visit.session, visit.line, visit.volunteer, callback_id)
    if found is None:
        abort(404)
    return found


def _ringing(visit: Visit, callback_id: int) -> Ringing | None:
    return volunteer_ringing.of(visit.session, visit.volunteer, callback_id, visit.at)


def _page(visit: Visit, found: volunteer_page.Call, form: ReportForm) -> str:
    state = _ringing(visit, found.callback_id)
    return render_template(
        "volunteer/call.html",
        call=found,
        form=form,
        ringing=_SAYS[state] if state else "",
        going_on=state in _GOING_ON,
        soon=state is Ringing.SOON,
    )
