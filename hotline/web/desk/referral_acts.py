"""What is done with a need: opened, passed on with consent, answered, closed; each with its way back."""

from collections.abc import Callable, Mapping

from flask import abort, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hotline.models import Caller, Partner, Referral, Request
from hotline.models.status import Need, ReferralChannel
from hotline.services.desk import changes
from hotline.services.desk.rights import Right
from hotline.services.desk.undoable import hold_back
from hotline.services.referrals import answering, guidance, needs, passing, telling
from hotline.services.referrals.guidance import Leaflet
from hotline.services.referrals.holding import CannotRefer
from hotline.web.desk.acting import Said, act
from hotline.web.desk.fields import whole
from hotline.web.desk.room import Visit, back_to, page

_LONGEST_WORDS = 2000
_LONGEST_SOURCE = 200
Act = Callable[[Visit, int], Said]


@page("/people/<int:caller_id>/needs", Right.REFERRALS, methods=("POST",))
def open_need(caller_id: int) -> Response:
    """Note a need of somebody; with a request, what it is for is that need from now on."""
    back = back_to(url_for("desk.person", caller_id=caller_id))
    need = next((one for one in Need if one.value == request.form.get("need")), None)

    def open_(visit: Visit) -> Said:
        caller = _caller(visit, caller_id)
        if need is None or need is Need.LIEN:
            raise CannotRefer(_("Choisissez le besoin."))
        asked = _request(visit, caller)
        opened = needs.opened(
            visit.session,
            visit.line,
            caller_id=caller.id,
            need=need,
            words=_words(),
            author=visit.author,
            at=visit.at,
            request_id=asked.id if asked else None,
        )
        deeds = [["need", opened.id]] if opened.created_at == visit.at else []
        if asked is not None and request.form.get("only"):
            deeds += changes.sort(visit.session, [asked.id], need=need).deeds
        visit.note("referral.open", f"referral:{opened.id}")
        to = url_for("desk.referral", referral_id=opened.id)
        return Said(_("Le besoin est noté : choisissez maintenant un partenaire."), deeds, to)

    return act(open_, back)


@page("/referrals/<int:referral_id>/act", Right.REFERRALS, methods=("POST",))
def change_referral(referral_id: int) -> Response:
    """Do one thing with a need."""
    carry_out = _ACTS.get(request.form.get("act", ""))

    def change(visit: Visit) -> Said:
        if visit.session.get(Referral, referral_id) is None or carry_out is None:
            abort(404)
        said = carry_out(visit, referral_id)
        visit.note(f"referral.{request.form['act']}", f"referral:{referral_id}")
        return said

    return act(change, back_to(url_for("desk.referral", referral_id=referral_id)))


@page("/people/<int:caller_id>/leaflets/<leaflet>", Right.REFERRALS, methods=("POST",))
def send_leaflet(caller_id: int, leaflet: str) -> Response:
    """Send the sanitary instructions or the kit to somebody."""
    wanted = next((one for one in Leaflet if one.value == leaflet), None)

    def send(visit: Visit) -> Said:
        caller = _caller(visit, caller_id)
        if wanted is None:
            abort(404)
        sent = guidance.send(visit.session, visit.line, caller, wanted, visit.at, author=visit.author)
        hold_back(visit.session, sent.key, visit.at)
        visit.note(f"leaflet.{wanted}", f"caller:{caller_id}")
        says = (
            _("C’est en route par SMS.")
            if sent.way is guidance.Way.TEXT
            else _("C’est en route par courriel.")
        )
        return Said(says, [["guidance", sent.note_id, sent.key]])

    return act(send, back_to(url_for("desk.person", caller_id=caller_id)))


def _choose(visit: Visit, referral_id: int) -> Said:
    partner = visit.session.get(Partner, whole(request.form.get("partner", "")) or 0)
    if partner is None:
        raise CannotRefer(_("Choisissez un partenaire."))
    step = passing.choose(visit.session, visit.line, referral_id, partner, visit.at, actor=visit.author)
    return Said(_("Partenaire choisi : %(name)s.", name=partner.name), [["referral", step.id]])


def _consent(visit: Visit, referral_id: int) -> Said:
    source = request.form.get("source", "").strip()[:_LONGEST_SOURCE]
    step = passing.consented(visit.session, referral_id, source, visit.at, actor=visit.author)
    return Said(_("L’accord est noté."), [["referral", step.id]])


def _send(visit: Visit, referral_id: int) -> Said:
    channel = next((one for one in ReferralChannel if one.value == request.form.get("channel")), None)
    if channel is None:
        raise CannotRefer(_("Choisissez comment le partenaire est prévenu."))
    words = request.form.get("words", "").replace("\r\n", "\n")
    step = passing.send(visit.session, visit.line, referral_id, channel, words, visit.at, actor=visit.author)
    hold_back(visit.session, (step.before or {})["key"], visit.at)
    return Said(
        _("C’est transmis : la ligne relance jusqu’à la réponse."),
        [["referral", step.id]],
        url_for("desk.referral", referral_id=referral_id),
    )


def _taken(visit: Visit, referral_id: int) -> Said:
    step = answering.taken(
        visit.session, visit.line, referral_id, _words() or "", visit.at, actor=visit.author
    )
    keys = telling.keys(visit.session, referral_id)
    for key in keys:
        hold_back(visit.session, key, visit.at)
    said = (
        _("C’est noté : la personne l’apprend par un message.")
        if keys
        else _("C’est noté. Il reste à dire à la personne qui va l’appeler.")
    )
    return Said(said, [["referral", step.id]])


def _refused(visit: Visit, referral_id: int) -> Said:
    step = answering.refused(
        visit.session, visit.line, referral_id, _words() or "", visit.at, actor=visit.author
    )
    return Said(_("C’est noté : choisissez un autre partenaire."), [["referral", step.id]])


def _close(visit: Visit, referral_id: int) -> Said:
    step = answering.closed(visit.session, referral_id, _words() or "", visit.at, actor=visit.author)
    return Said(_("Le besoin est clos."), [["referral", step.id]])


def _reopen(visit: Visit, referral_id: int) -> Said:
    step = answering.reopened(visit.session, visit.line, referral_id, visit.at, actor=visit.author)
    return Said(_("Le besoin est rouvert."), [["referral", step.id]])


def _told(visit: Visit, referral_id: int) -> Said:
    step = telling.said(visit.session, referral_id, visit.at, actor=visit.author)
    return Said(_("C’est noté : la personne sait qui va l’appeler."), [["referral", step.id]])


_ACTS: Mapping[str, Act] = {
    "choose": _choose,
    "consent": _consent,
    "send": _send,
    "taken": _taken,
    "refused": _refused,
    "close": _close,
    "reopen": _reopen,
    "told": _told,
}


def _words() -> str | None:
    return request.form.get("words", "").strip()[:_LONGEST_WORDS] or None


def _caller(visit: Visit, caller_id: int) -> Caller:
    caller = visit.session.get(Caller, caller_id)
    if caller is None or caller.merged_into_id is not None:
        abort(404)
    return caller


def _request(visit: Visit, caller: Caller) -> Request | None:
    """Return the request in which the need was seen, if any."""
    asked = visit.session.get(Request, whole(request.form.get("request", "")) or 0)
    return asked if asked is not None and asked.caller_id == caller.id else None
