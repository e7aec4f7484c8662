"""Our mission for the platform of the Réserve civique: public, the same for everybody, quick in any case."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, Response, current_app, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug import Response as Answer

from hotline.bootstrap import Hotline
from hotline.db import DatabaseError
from hotline.services.line import Line
from hotline.services.missions import feed, offered
from hotline.web.product import product

pages = Blueprint("missions", __name__)

_FRESH: Final = timedelta(minutes=5)
_PATIENCE: Final = "2s"
_KEPT: Final = "missions"


@dataclass(frozen=True)
class _Kept:
    """The feed as it was last written, and for which line."""

    body: bytes
    line: Line
    at: datetime


@pages.get("/missions.xml")
def missions() -> Answer:
    """Send the feed: written every few minutes, and the last one kept when the database cannot tell."""
    hotline = product()
    kept = current_app.extensions.get(_KEPT)
    known = kept if kept is not None and kept.line is hotline.line else None
    if known is None or not known.at <= hotline.clock.now() < known.at + _FRESH:
        try:
            known = _written(hotline)
        except (SQLAlchemyError, DatabaseError):
            if known is None:
                return _later()
        current_app.extensions[_KEPT] = known
    answer = Response(known.body, content_type="application/xml; charset=utf-8")
    answer.cache_control.public = True
    answer.cache_control.max_age = int(_FRESH.total_seconds())
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.add_etag()
    return answer.make_conditional(request)


def _written(hotline: Hotline) -> _Kept:
    line, at = hotline.line, hotline.clock.now()
    with hotline.database.read() as session:
        if not hotline.database.is_sqlite:
            session.execute(text(f"SET LOCAL statement_timeout = '{_PATIENCE}'"))
        ours = offered.published(session, line)
    us = ours[0].organisation
    body = feed.write(ours, publisher=us.name, website=us.website or line.public_url, at=at)
    return _Kept(body, line, at)


def _later() -> Response:
    answer = Response("La base ne répond pas : réessayez plus tard.", status=503, mimetype="text/plain")
    answer.headers["Retry-After"] = str(int(_FRESH.total_seconds()))
    return answer
