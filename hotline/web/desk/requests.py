"""Requests: a board of who waits, state by state, and what is done to one or many of them."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug import Response

from hotline.models.status import Need, RequestKind, RequestState
from hotline.services.desk import board, changes, giving, places
from hotline.services.desk.board import Wanted
from hotline.services.desk.changes import Changed
from hotline.services.desk.rights import Right
from hotline.web.desk.acting import Said, act
from hotline.web.desk.fields import whole
from hotline.web.desk.reasons import CLOSING
from hotline.web.desk.room import Visit, back_to, page, reading
from hotline.web.desk.spans import weekly

Known = TypeVar("Known", RequestKind, Need, RequestState)
Act = Callable[[Visit, list[int]], Said]

TITLES = {
    RequestState.WAITING: _l("En attente"),
    RequestState.OFFERED: _l("Proposées"),
    RequestState.ASSIGNED: _l("Confiées"),
    RequestState.NEEDS_NUMBER: _l("Numéro à trouver"),
    RequestState.REFERRED: _l("Orientées"),
    RequestState.CLOSED: _l("Closes"),
}
_LONGEST_WORDS = 2000


@page("/requests", Right.REQUESTS)
def requests() -> str:
    """Show the board, or one of its columns from a place on."""
    state, wanted = _one_of(RequestState, "state"), _wanted()
    after = places.read(request.args.get("after"))

    def see(visit: Visit) -> str:
        if state is None:
            columns = board.board(visit.session, wanted)
        else:
            columns = [board.column(visit.session, state, wanted, after)]
        return render_template(
            "desk/requests.html",
            state=state,
            columns=columns,
            wanted=wanted,
            asked=_asked(wanted),
            titles=TITLES,
            kinds=list(RequestKind),
            needs=list(Need),
            states=list(RequestState),
            reasons=CLOSING,
            most=board.MOST,
            after=after,
            hours=lambda hours: weekly(visit.line, hours, visit.line.day(visit.at)),
        )

    return reading(see)


@page("/requests/change", Right.REQUESTS, methods=("POST",))
def change_requests() -> Response:
    """Do one thing to every request that was ticked."""
    back = back_to(url_for("desk.requests"))
    ids = [one for typed in request.form.getlist("one") if (one := whole(typed))]
    carry_out = _ACTS.get(request.form.get("act", ""))

    def change(visit: Visit) -> Said:
        if carry_out is None or not ids:
            return Said(_("Rien n’est coché : cochez des demandes, puis choisissez quoi faire."))
        return carry_out(visit, ids)

    return act(change, back)


def _close(visit: Visit, ids: list[int]) -> Said:
    reason, words = request.form.get("reason", ""), request.form.get("words", "").strip()[:_LONGEST_WORDS]
    if reason not in changes.REASONS:
        return Said(_("Choisissez pourquoi la demande est close."))
    changed = changes.close(visit.session, ids, reason, words, visit.at, actor=visit.author)
    _noted(visit, "request.close", ids)
    sentence = ngettext("%(num)d demande est close.", "%(num)d demandes sont closes.", changed.count)
    return Said(sentence, changed.deeds)


def _press(visit: Visit, ids: list[int], by: int) -> Said:
    changed = changes.press(visit.session, ids, by)
    _noted(visit, "request.priority", ids)
    if not changed.count:
        return Said(_("Rien à changer : la priorité est déjà au bout de l’échelle."))
    if by > 0:
        sentence = ngettext(
            "%(num)d demande est plus urgente.", "%(num)d demandes sont plus urgentes.", changed.count
        )
    else:
        sentence = ngettext(
            "%(num)d demande est moins urgente.", "%(num)d demandes sont moins urgentes.", changed.count
        )
    return Said(sentence, changed.deeds)


def _sort(visit: Visit, ids: list[int]) -> Said:
    kind, need = _typed(RequestKind, "kind"), _typed(Need, "need")
    changed = changes.sort(visit.session, ids, kind=kind, need=need)
    _noted(visit, "request.sort", ids)
    if not changed.count:
        return Said(_("Rien n’a changé : ces demandes étaient déjà ainsi, ou sont déjà confiées."))
    sentence = ngettext("%(num)d demande est précisée.", "%(num)d demandes sont précisées.", changed.count)
    return Said(sentence, changed.deeds)


def _offer(visit: Visit, ids: list[int]) -> Said:
    changed = giving.offer_again(visit.session, visit.line, ids, visit.at, actor=visit.author)
    _noted(visit, "request.offer", ids)
    left = len(set(ids)) - changed.count
    if not changed.count:
        return Said(_("Personne ne convient maintenant : ouvrez la demande pour voir pourquoi."))
    said = ngettext(
        "%(num)d proposition part dans quelques secondes.",
        "%(num)d propositions partent dans quelques secondes.",
        changed.count,
    )
    if left:
        said += " " + ngettext(
            "Pour %(num)d demande, personne ne convient maintenant.",
            "Pour %(num)d demandes, personne ne convient maintenant.",
            left,
        )
    return Said(said, changed.deeds)


def _take_back(visit: Visit, ids: list[int]) -> Said:
    taken = sum(
        giving.take_offer_back(visit.session, one, visit.at, actor=visit.author)
        for one in changes.held(visit.session, ids)
    )
    _noted(visit, "request.take_back", ids)
    if not taken:
        return Said(_("Il n’y a plus de proposition à retirer : elle a eu sa réponse."))
    return Said(ngettext("%(num)d proposition est retirée.", "%(num)d propositions sont retirées.", taken))


def _reopen(visit: Visit, ids: list[int]) -> Said:
    changed = Changed()
    for one in changes.held(visit.session, ids):
        changed.add(*changes.reopen(visit.session, one, visit.at).deeds)
    _noted(visit, "request.reopen", ids)
    sentence = ngettext(
        "%(num)d demande attend de nouveau.", "%(num)d demandes attendent de nouveau.", len(ids)
    )
    return Said(sentence, changed.deeds)


_ACTS: Mapping[str, Act] = {
    "close": _close,
    "up": lambda visit, ids: _press(visit, ids, 1),
    "down": lambda visit, ids: _press(visit, ids, -1),
    "sort": _sort,
    "offer": _offer,
    "take_back": _take_back,
    "reopen": _reopen,
}


def _noted(visit: Visit, action: str, ids: list[int]) -> None:
    for one in ids:
        visit.note(action, f"request:{one}")


def _wanted() -> Wanted:
    departement = request.args.get("dep", "").strip().upper()[:3]
    return Wanted(_one_of(RequestKind, "kind"), _one_of(Need, "need"), departement or None)


def _asked(wanted: Wanted) -> dict[str, str]:
    """Return the filters as the address carries them."""
    given = {"kind": wanted.kind, "need": wanted.need, "dep": wanted.departement}
    return {name: str(value) for name, value in given.items() if value}


def _one_of(states: type[Known], name: str) -> Known | None:
    return _member(states, request.args.get(name, ""))


def _typed(states: type[Known], name: str) -> Known | None:
    return _member(states, request.form.get(name, ""))


def _member(states: type[Known], value: str) -> Known | None:
    return next((one for one in states if one.value == value), None)
