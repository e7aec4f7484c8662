"""The desk's one door: who is signed in, what they may see, and what every answer carries."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug import Response
from werkzeug.exceptions import HTTPException, InternalServerError

from hotline.models import Coordinator
from hotline.services import custody
from hotline.services.desk import presence
from hotline.services.desk.presence import SignedIn
from hotline.services.desk.rights import Right, may
from hotline.services.line import Line
from hotline.web.desk import keeping
from hotline.web.i18n import language
from hotline.web.product import product
from hotline.web.ranges import OUT_OF_RANGE, is_out_of_range

pages = Blueprint("desk", __name__)

TOKEN = "desk"  # noqa: S105 - the cookie's key, not a secret
_OURS = re.compile(r"/(?!/)[^\x00-\x20\\]*")
Result = TypeVar("Result")
View = Callable[..., ResponseReturnValue]


@dataclass(frozen=True)
class Visit:
    """A coordinator at the desk, within one transaction."""

    session: Session
    line: Line
    coordinator: Coordinator
    at: datetime

    def note(self, action: str, subject: str) -> None:
        """Write into the audit log what this coordinator does; `subject` holds no personal data."""
        custody.note(self.session, self.at, actor=self.coordinator.email, action=action, subject=subject)

    @property
    def author(self) -> str:
        """The name under which what they write is kept."""
        return self.coordinator.name


def page(rule: str, right: Right, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Register a page that only somebody signed in with this right may open."""

    def register(view: View) -> View:
        @wraps(view)
        def only_allowed(*args: Any, **values: Any) -> ResponseReturnValue:
            if not allowed(right):
                return render_template("desk/not_yours.html"), 403
            return view(*args, **values)

        pages.add_url_rule(rule, view_func=only_allowed, methods=list(methods))
        return only_allowed

    return register


def me() -> Coordinator:
    """Return who is signed in."""
    return cast("SignedIn", g.signed_in).coordinator


def allowed(right: Right) -> bool:
    """Tell whether who is signed in may do something."""
    return may(me().role, right)


def reading(work: Callable[[Visit], Result]) -> Result:
    """Return what `work` finds."""
    hotline = product()
    with hotline.database.read() as transaction:
        return work(Visit(transaction, hotline.line, me(), hotline.clock.now()))


def writing(work: Callable[[Visit], Result]) -> Result:
    """Return what `work` did, in one transaction."""
    hotline = product()
    return hotline.database.run(
        lambda transaction: work(Visit(transaction, hotline.line, me(), hotline.clock.now()))
    )


def done(sentence: str, to: str, *, undo: str | None = None) -> Response:
    """Answer a form: go to an address of ours where this sentence is shown, with a way back for a moment."""
    flash(sentence, f"undo:{undo}" if undo else "done")
    return redirect(to, 303)


def refused(sentence: str, to: str) -> Response:
    """Answer a form that could not be carried out: go where this sentence is shown."""
    flash(sentence, "refused")
    return redirect(to, 303)


def back_to(default: str) -> str:
    """Return the address from which a form was sent, when it names one of ours; else the default."""
    wanted = request.values.get("back", "")
    return wanted if _OURS.fullmatch(wanted) else default


def is_fragment() -> bool:
    """Tell whether the page asks for a part of itself rather than a browser for a page."""
    return request.headers.get("HX-Request") == "true"


def is_poll() -> bool:
    """Tell whether a page left open asks for news by itself: nobody need be there."""
    return is_fragment() and "v" in request.args


@pages.before_request
def let_nobody_in_unsigned() -> ResponseReturnValue | None:
    """Know who is signed in, or lead to the door; what was typed is kept for them."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)
    product().look()
    return None if recognised() else to_the_door()


def recognised() -> SignedIn | None:
    """Return who is signed in in this browser, if anybody is."""
    if "signed_in" not in g:
        g.signed_in = _signed_in()
    return cast("SignedIn | None", g.signed_in)


def _signed_in() -> SignedIn | None:
    token = session.get(TOKEN)
    if not isinstance(token, str):
        return None
    hotline = product()
    at = hotline.clock.now()
    with hotline.database.read() as transaction:
        signed_in = presence.found(transaction, token, at)
        due = signed_in is not None and not is_poll() and presence.to_be_noted(transaction, signed_in, at)
    if signed_in is not None and due:
        hotline.database.run(lambda transaction: presence.seen(transaction, signed_in, at))
    return signed_in


def to_the_door() -> ResponseReturnValue:
    """Lead to the sign-in page, and from there back to where somebody wanted to go; a poll just ends."""
    if is_poll():
        return Response(status=401, headers={"HX-Reswap": "none"})
    if request.method == "POST":
        wanted = keeping.keep(session.get(TOKEN))
    else:
        wanted = None if is_fragment() or request.path == "/" else request.full_path.rstrip("?")
    door = url_for("entrance.login", next=wanted)
    if is_fragment():
        return Response(status=401, headers={"HX-Redirect": door})
    return redirect(door, 303)


def nonce() -> str:
    """Return the random word with which this answer's own styles are let through."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return cast("str", g.nonce)


def protect(answer: Response) -> Response:
    """No copy, no trace, nothing from elsewhere; a page may keep its own stricter word."""
    answer.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; "
        f"style-src 'self' 'nonce-{nonce()}'; "
        "img-src 'self' data:; font-src 'self'; media-src 'self' blob:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    answer.headers.setdefault("Cache-Control", "no-store")
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer


_HEADERS = {
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}
pages.after_request(protect)


@pages.errorhandler(404)
def not_here(_error: HTTPException) -> tuple[str, int]:
    """Tell that there is nothing here (any more)."""
    return render_template("desk/not_here.html"), 404


def out_of_range(error: Exception) -> tuple[str, int]:
    """A number or a day that no row can have leads nowhere; any other fault is ours."""
    if is_out_of_range(error):
        return render_template("desk/not_here.html"), 404
    raise error


for _kind in OUT_OF_RANGE:
    pages.register_error_handler(_kind, out_of_range)


@pages.errorhandler(InternalServerError)
def broken(_error: InternalServerError) -> ResponseReturnValue:
    """Apologise for a fault of ours, also when the database is away; a poll leaves its page as it is."""
    if is_poll():
        return Response(status=503, headers={"HX-Reswap": "none"})
    page_shown = "desk/broken.html" if g.get("signed_in") else "desk/away.html"
    return render_template(page_shown, language=language()), 500
