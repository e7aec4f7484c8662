"""How a webhook is answered whatever happens: one guard for calls, never silence, nothing forgotten."""

from collections.abc import Callable
from functools import wraps

import structlog
from flask import Blueprint, Response, request

from callflows import apology
from hotline.db import patience
from hotline.db.outage import unreachable
from hotline.services import remembered
from hotline.spool import Event
from hotline.telephony import webhooks as heard
from hotline.web import speech
from hotline.web.product import product
from hotline.web.signed import form, guard, twiml

webhooks = guard(Blueprint("voice", __name__, url_prefix="/voice"))
log = structlog.get_logger()
View = Callable[[], Response]
Apology = Callable[[Exception], Response]

LONGEST_NUMBER = 9
LONGEST_WAIT = 3.0
"""Seconds that a webhook waits for the database; the carrier waits for us a little longer (web/addresses)."""


def hears(path: str, *, on_fault: Apology, on_kept: View | None = None) -> Callable[[View], View]:
    """Register a webhook; whatever breaks in it is logged and answered by `on_fault`, never by an error.

    What came while the database was away is kept; `on_kept` then answers, where that makes a difference.
    """

    def register(view: View) -> View:
        @wraps(view)
        def never_silent() -> Response:
            try:
                with patience.within(LONGEST_WAIT):
                    return view()
            except Exception as fault:
                kept = unreachable(fault) and kept_for_later()
                log.exception("voice_fault", path=request.path, call=form().get("CallSid"), kept=kept)
                return on_kept() if kept and on_kept else on_fault(fault)

        webhooks.add_url_rule(path, view_func=never_silent, methods=["GET", "POST"])
        return never_silent

    return register


def kept_for_later() -> bool:
    """Keep this webhook until the database is back; False for one that means nothing later, or no room."""
    if request.path not in remembered.KEPT:
        return False
    hotline = product()
    event = Event(request.path, request.args.to_dict(), form().to_dict(), hotline.clock.now())
    return hotline.spool.keep(event)


def take_message(_fault: Exception | None = None) -> Response:
    """A caller is on the line: apologise, and take a message."""
    return twiml(speech.sorry(product(), form().get("To", "")))


def farewell(_fault: Exception | None = None) -> Response:
    """Somebody is on the line who has no message to leave: apologise, and hang up."""
    return twiml(apology.farewell(product().line.words))


def acknowledge() -> Response:
    """The carrier's news are noted."""
    return Response(status=204)


def tell_again(fault: Exception) -> Response:
    """Nobody listens: the carrier is asked to repeat its news (`#rc=…&rp=5xx`), if they are news at all."""
    return Response(status=204 if isinstance(fault, heard.MalformedWebhook) else 503)


def asked(name: str) -> int:
    """Return a number that we put into the address ourselves; 0 when it is not there."""
    return whole(request.args.get(name, ""))


def whole(text: str) -> int:
    """Return a number that a row may have; 0 for the rest, such as one that no database can hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else 0
