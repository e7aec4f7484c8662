"""A form about requests and assignments is carried out, told in a sentence, and can be taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug import Response

from hotline.errors import HotlineError
from hotline.services.desk import undoable
from hotline.services.desk.changes import Deed
from hotline.services.desk.rights import Right
from hotline.web.desk.room import Visit, done, me, page, refused, writing


@dataclass(frozen=True)
class Said:
    """What was done, as a sentence; `deeds` are what can be taken back, `to` where the form leads."""

    sentence: str
    deeds: Sequence[Deed] = ()
    to: str | None = None


def act(work: Callable[[Visit], Said], back: str) -> Response:
    """Carry a form out in one transaction; what a service refuses is shown where the form was."""
    try:
        said, at = writing(lambda visit: (work(visit), visit.at))
    except HotlineError as error:
        return refused(str(error), back)
    to = said.to or back
    return done(said.sentence, to, undo=_way_back(said.deeds, to, at) if said.deeds else None)


@page("/requests/undo/<token>", Right.REQUESTS, methods=("POST",))
def undo_requests(token: str) -> Response:
    """Take back what this coordinator has just done."""
    read = _read(token)
    if read is None:
        return refused(_("Ce lien d’annulation n’est pas le vôtre."), url_for("desk.requests"))
    written_at, deeds, back = read

    def take_back(visit: Visit) -> Said:
        if visit.at - written_at > undoable.WITHIN:
            return Said(_("C’est trop tard pour annuler d’un geste : corrigez à la main."))
        count = undoable.take_back(visit.session, visit.line, deeds, visit.at, actor=visit.author)
        visit.note("requests.undo", "requests")
        if count < len(deeds):
            return Said(_("C’est annulé, sauf ce que quelqu’un a changé entre-temps."))
        return Said(_("C’est annulé."))

    return act(take_back, back)


def _way_back(deeds: Sequence[Deed], back: str, at: datetime) -> str:
    token = _signer().dumps([me().id, int(at.timestamp()), list(deeds), back])
    return url_for("desk.undo_requests", token=token)


def _read(token: str) -> tuple[datetime, list[Deed], str] | None:
    """Return what a token of this coordinator takes back: when it was written, what, and where to go then."""
    try:
        whose, seconds, deeds, back = _signer().loads(token)
    except BadSignature:
        return None
    return (datetime.fromtimestamp(seconds, UTC), deeds, back) if whose == me().id else None


def _signer() -> Any:
    return URLSafeSerializer(str(current_app.secret_key), salt="desk.undo")
