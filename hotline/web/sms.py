"""Texts: what people send us, and the receipts of what we sent."""

from collections.abc import Callable
from functools import wraps

import structlog
from flask import Blueprint, Response, request

from callflows.script import Script
from hotline.db import patience
from hotline.db.outage import unreachable
from hotline.services import deliveries, texts
from hotline.telephony import webhooks as heard
from hotline.web.answering import LONGEST_WAIT, kept_for_later
from hotline.web.product import product
from hotline.web.signed import form, guard, twiml

webhooks = guard(Blueprint("sms", __name__, url_prefix="/sms"))
log = structlog.get_logger()
BOTH = ["GET", "POST"]
View = Callable[[], Response]


def never_lost(view: View) -> View:
    """Keep what comes while the database is away, and behind it what comes until that is carried out."""

    @wraps(view)
    def answered() -> Response:
        if product().spool.waiting() and kept_for_later():
            return taken()
        try:
            with patience.within(LONGEST_WAIT):
                return view()
        except Exception as fault:
            if not unreachable(fault):
                raise
            kept = kept_for_later()
            log.exception("text_fault", path=request.path, text=form().get("MessageSid"), kept=kept)
            return taken() if kept else Response(status=503)

    return answered


def taken() -> Response:
    """The text is ours now; the answer, if any, leaves through the outbox."""
    return twiml(Script().xml())


@webhooks.route("/incoming", methods=BOTH)
@never_lost
def incoming() -> Response:
    """Somebody texts the line; the answer leaves through the outbox."""
    hotline, event = product(), heard.incoming_text(form())
    at = hotline.clock.now()
    hotline.database.run(lambda session: texts.received(session, hotline.line_in(session), event, at))
    return taken()


@webhooks.route("/status", methods=BOTH)
@never_lost
def status() -> Response:
    """The carrier's receipt of a text that we sent."""
    hotline, event = product(), heard.text_receipt(form())
    at = hotline.clock.now()
    hotline.database.run(lambda session: deliveries.receipt(session, hotline.line, event, at))
    return Response(status=204)


@webhooks.errorhandler(heard.MalformedWebhook)
def malformed(error: heard.MalformedWebhook) -> Response:
    """A signed request that names no text: nothing to keep, nothing to repeat."""
    log.error("malformed_webhook", path=request.path, says=str(error))
    return taken()
