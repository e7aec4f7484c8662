"""The volunteer's page: its addresses, who may see them, and what every answer carries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm import Session
from werkzeug import Response
from werkzeug.exceptions import (
    Forbidden,
    HTTPException,
    InternalServerError,
    NotFound,
    RequestEntityTooLarge,
)

from callflows import spoken
from hotline.errors import HotlineError
from hotline.models import Volunteer
from hotline.services import links
from hotline.services.absences import CannotLeave
from hotline.services.assignments import CannotChange
from hotline.services.line import Line
from hotline.services.planning import CannotPlan
from hotline.web.product import product
from hotline.web.ranges import OUT_OF_RANGE, is_out_of_range
from hotline.web.volunteer import words
from hotline.web.volunteer.report_form import ERRANDS, MOODS, NEEDS

pages = Blueprint("volunteer", __name__, url_prefix="/v")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_SEEN_BY = "volunteer_link"

Result = TypeVar("Result")


@dataclass(frozen=True)
class Visit:
    """A volunteer on their page, within one transaction."""

    session: Session
    line: Line
    volunteer: Volunteer
    at: datetime


class LinkOver(Forbidden):
    """Whoever asks holds no link that still works."""


def reading(work: Callable[[Visit], Result]) -> Result:
    """Return what `work` finds for the volunteer who holds the link; raises LinkOver for anybody else."""
    with product().database.read() as transaction:
        return work(_visit(transaction))


def writing(work: Callable[[Visit], Result]) -> Result:
    """Return what `work` did for the volunteer who holds the link; raises LinkOver for anybody else."""
    return product().database.run(lambda transaction: work(_visit(transaction)))


def let_in(link_id: int) -> None:
    """Remember in the signed cookie by which link the volunteer came."""
    session[_SEEN_BY] = link_id
    session.permanent = True


def let_out() -> None:
    """Forget by which link the volunteer came, and whatever else the cookie holds."""
    session.clear()


def holder(transaction: Session, at: datetime) -> int | None:
    """Return the volunteer whose link this browser holds, None when it holds none that works."""
    link_id = session.get(_SEEN_BY)
    link = links.by_id(transaction, link_id, at) if isinstance(link_id, int) else None
    return link.volunteer_id if link else None


def back(sentence: str, endpoint: str = "volunteer.today", **values: Any) -> Response:
    """Answer a form: to the next page, where the volunteer reads this sentence."""
    flash(sentence)
    return onward(endpoint, **values)


def onward(endpoint: str, **values: Any) -> Response:
    """Answer with another page of ours."""
    return redirect(url_for(endpoint, **values), 303)


def _visit(transaction: Session) -> Visit:
    hotline = product()
    at = hotline.clock.now()
    volunteer_id = holder(transaction, at)
    if volunteer_id is None:
        raise LinkOver
    return Visit(transaction, hotline.line, transaction.get_one(Volunteer, volunteer_id), at)


@pages.before_request
def refuse_other_sites() -> None:
    """A second fence behind the form's token: what another site sends changes nothing here."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)
    product().look()


@pages.after_request
def protect(answer: Response) -> Response:
    """No copy, no trace, nothing from elsewhere."""
    answer.headers.update(HEADERS)
    return answer


@pages.context_processor
def at_hand() -> dict[str, Any]:
    """What every page of ours may write: the line, the moment, days and hours in French."""
    line, at = product().line, product().clock.now()
    now = line.local(at)

    return {
        "name": line.words.phrase("line.name"),
        "number": spoken.written_number(line.number) if line.number else "",
        "line": line,
        "at": at,
        "when": lambda moment: words.when(line.local(moment), now),
        "before": lambda moment: words.before(line.local(moment), now),
        "near_day": lambda moment: words.near_day(line.day(moment), now.date()),
        "hour": lambda moment: words.hour(line.local(moment)),
        "day_of": partial(words.near_day, today=now.date()),
        "lasting": words.lasting,
        "within": words.lasting(int(line.config.callbacks.one_off_within.total_seconds() // 60)),
        "full_day": words.full_day,
        "month": words.month,
        "moods": MOODS,
        "errands": ERRANDS,
        "needs": NEEDS,
    }


pages.add_app_template_filter(words.spaced)


@pages.errorhandler(LinkOver)
def link_over(_error: LinkOver) -> tuple[str, int]:
    """Tell kindly how to come by a new link."""
    let_out()
    return render_template("volunteer/link_over.html"), 403


@pages.errorhandler(CSRFError)
@pages.errorhandler(Forbidden)
@pages.errorhandler(RequestEntityTooLarge)
def not_taken(error: HTTPException) -> tuple[str, int]:
    """Tell what to do where a form was not taken: without its token, from elsewhere, far too long."""
    return render_template("volunteer/again.html"), error.code or 400


@pages.errorhandler(CannotChange)
@pages.errorhandler(CannotLeave)
@pages.errorhandler(CannotPlan)
def not_possible(error: HotlineError) -> Response:
    """Say what a service says about something that cannot be done."""
    return back(str(error))


@pages.errorhandler(InternalServerError)
def broken(_error: InternalServerError) -> tuple[str, int]:
    """Apologise for a fault of ours."""
    return render_template("volunteer/broken.html"), 500


@pages.errorhandler(NotFound)
def not_here(_error: HTTPException) -> tuple[str, int]:
    """Tell that there is nothing here (any more), whatever the reason."""
    return render_template("volunteer/not_here.html"), 404


def out_of_range(error: Exception) -> tuple[str, int]:
    """A number or a day that no row can have leads nowhere; any other fault is ours."""
    if is_out_of_range(error):
        return render_template("volunteer/not_here.html"), 404
    raise error


for _kind in OUT_OF_RANGE:
    pages.register_error_handler(_kind, out_of_range)
