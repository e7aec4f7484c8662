"""The public room: its addresses, what every answer carries, what the signed cookie holds of a visitor."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, session
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Forbidden, HTTPException, InternalServerError, RequestEntityTooLarge

from hotline.web.product import product
from hotline.web.volunteer.room import at_hand, protect, refuse_other_sites

pages = Blueprint("joining", __name__, url_prefix="/benevole")
pages.before_request(refuse_other_sites)
pages.after_request(protect)
pages.context_processor(at_hand)

_TOKEN, _SINCE, _UNDER_AGE = "joining", "joining_since", "joining_under_age"
_QUICKEST = timedelta(seconds=3)


@pages.context_processor
def association() -> dict[str, Any]:
    """The association, as its texts name it."""
    return {"association": product().line.config.association}


def token() -> str:
    """Return the token of the registration under way in this browser, empty without one."""
    held = session.get(_TOKEN)
    return held if isinstance(held, str) else ""


def hold(registration: str) -> None:
    """Remember which registration is this browser's."""
    session[_TOKEN] = registration


def let_go(*, under_age: bool) -> None:
    """The registration is over; only whether a parent must sign is remembered."""
    session.pop(_TOKEN, None)
    session.pop(_SINCE, None)
    session[_UNDER_AGE] = under_age


def is_under_age() -> bool:
    """Tell whether whoever has registered here needs a parent's signature."""
    return bool(session.get(_UNDER_AGE))


def arrived(at: datetime) -> None:
    """Remember since when the form is open."""
    session.setdefault(_SINCE, at.timestamp())


def too_quick(at: datetime) -> bool:
    """Tell whether the form comes back sooner than anybody can fill it in."""
    since = session.get(_SINCE)
    return not isinstance(since, float) or at.timestamp() - since < _QUICKEST.total_seconds()


@pages.errorhandler(CSRFError)
@pages.errorhandler(Forbidden)
@pages.errorhandler(RequestEntityTooLarge)
def not_taken(error: HTTPException) -> tuple[str, int]:
    """Tell what to do where a form was not taken: without its token, from elsewhere, far too long."""
    return render_template("joining/again.html"), error.code or 400


@pages.errorhandler(InternalServerError)
def broken(_error: InternalServerError) -> tuple[str, int]:
    """Apologise for a fault of ours."""
    return render_template("joining/broken.html"), 500
