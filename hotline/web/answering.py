"""How a voice webhook is answered whatever happens: one blueprint, one guard, never silence."""

from collections.abc import Callable
from functools import wraps

import structlog
from flask import Blueprint, Response, request

from callflows import apology
from hotline.telephony import webhooks as heard
from hotline.web import speech
from hotline.web.product import product
from hotline.web.signed import form, guard, twiml

webhooks = guard(Blueprint("voice", __name__, url_prefix="/voice"))
log = structlog.get_logger()
View = Callable[[], Response]


def hears(path: str, *, on_fault: Callable[[Exception], Response]) -> Callable[[View], View]:
    """Register a webhook; whatever breaks in it is logged and answered by `on_fault`, never by an error."""

    def register(view: View) -> View:
        @wraps(view)
        def never_silent() -> Response:
            try:
                return view()
            except Exception as fault:
                log.exception("voice_fault", path=request.path, call=form().get("CallSid"))
                return on_fault(fault)

        webhooks.add_url_rule(path, view_func=never_silent, methods=["GET", "POST"])
        return never_silent

    return register


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
    return request.args.get(name, 0, type=int)
