"""Texts: what people send us, and the receipts of what we sent."""

import structlog
from flask import Blueprint, Response, request

from callflows.script import Script
from hotline.services import deliveries, texts
from hotline.telephony import webhooks as heard
from hotline.web.product import product
from hotline.web.signed import form, guard, twiml

webhooks = guard(Blueprint("sms", __name__, url_prefix="/sms"))
log = structlog.get_logger()
BOTH = ["GET", "POST"]


@webhooks.route("/incoming", methods=BOTH)
def incoming() -> Response:
    """Somebody texts the line; the answer leaves through the outbox."""
    hotline, event = product(), heard.incoming_text(form())
    at = hotline.clock.now()
    hotline.database.run(lambda session: texts.received(session, hotline.line_in(session), event, at))
    return twiml(Script().xml())


@webhooks.route("/status", methods=BOTH)
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
    return twiml(Script().xml())
