"""Messages: sent, redacted, listed, fetched and forgotten through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request

from hotline.rehearsal import messaging
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phonebook import DIALLABLE, NAME
from hotline.rehearsal.protocol.gsm7 import segments
from hotline.rehearsal.rest.answers import RefusedError, listed, matches, newest_first, page, within
from hotline.rehearsal.rest.shapes import message_shape
from hotline.rehearsal.state import Hook, Message, new_sid

MAGIC_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
MAGIC_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
TEST_SENDER = "+15005550006"
LONGEST_BODY = 1600
LONGEST_QUEUE = timedelta(hours=10)


def add_messages(api: Blueprint, exchange: Exchange) -> None:
    """Add the resource to the API."""

    @api.post("/Messages.json")
    def create_message() -> tuple[dict[str, Any], int]:
        message = _accept(exchange, request.form.to_dict())
        return message_shape(exchange, message), 201

    @api.get("/Messages.json")
    def list_messages() -> Response:
        found = [
            message
            for message in newest_first(exchange.messages.values())
            if listed(exchange, message.created)
            and matches(message.to, "To")
            and matches(message.from_, "From")
            and within(message.sent or message.created, "DateSent")
        ]
        return page("messages", found, lambda message: message_shape(exchange, message))

    @api.get("/Messages/<sid>.json")
    def fetch_message(sid: str) -> dict[str, Any]:
        return message_shape(exchange, _known(exchange, sid))

    @api.post("/Messages/<sid>.json")
    def update_message(sid: str) -> dict[str, Any]:
        message = _known(exchange, sid)
        _change(message, request.form.to_dict())
        exchange.touch()
        return message_shape(exchange, message)

    @api.delete("/Messages/<sid>.json")
    def delete_message(sid: str) -> tuple[str, int]:
        if not _known(exchange, sid).final:
            raise RefusedError(20009, 409)
        del exchange.messages[sid]
        exchange.touch()
        return "", 204


def _accept(exchange: Exchange, form: dict[str, str]) -> Message:
    """Check a text and put it on its way; one from the test sender is accepted and goes nowhere."""
    _check(exchange, form)
    message = Message(
        sid=new_sid("SM"),
        to=form["To"],
        from_=form["From"],
        body=form["Body"],
        direction="outbound-api",
        created=exchange.now(),
        status="queued",
        segments=segments(form["Body"]).parts,
        callback=Hook(form.get("StatusCallback", "")),
        validity=_validity(form),
    )
    if message.from_ == TEST_SENDER:
        exchange.messages[message.sid] = message
    else:
        messaging.send(exchange, message)
    return message


def _change(message: Message, form: dict[str, str]) -> None:
    """Cancel a text that has not left, or blank the body of one that is done."""
    if form.get("Status") == "canceled" and not message.final:
        message.status = "canceled"
    if form.get("Body") == "":
        if not message.final:
            raise RefusedError(20009, 409)
        message.body = ""


def _known(exchange: Exchange, sid: str) -> Message:
    message = exchange.messages.get(sid)
    if message is None:
        raise RefusedError(20404, 404)
    return message


def _validity(form: dict[str, str]) -> int:
    text = form.get("ValidityPeriod", "36000")
    if not text.isdigit() or not 1 <= int(text) <= 36000:
        raise RefusedError(20001)
    return int(text)


def _check(exchange: Exchange, form: dict[str, str]) -> None:
    """Refuse what the carrier refuses, in its order."""
    to, sender, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
    free = exchange.sender_free.get(sender, exchange.now())
    refusals = (
        (21604, not to),
        (21705, "MessagingServiceSid" in form),
        (21603, not sender),
        (21602, not body),
        (21617, len(body) > LONGEST_BODY),
        (MAGIC_FROM.get(sender, 0), sender in MAGIC_FROM),
        (MAGIC_TO.get(to, 0), to in MAGIC_TO),
        (21211, not DIALLABLE.fullmatch(to)),
        (21212, not (DIALLABLE.fullmatch(sender) or NAME.fullmatch(sender))),
        (21606, not _may_send(exchange, sender)),
        (21408, not to.startswith(tuple(exchange.permitted))),
        (21610, (sender, to) in exchange.opt_outs.blocked),
        (21614, _is_landline(exchange, to)),
        (21611, free - exchange.now() > LONGEST_QUEUE),
    )
    code = next((code for code, refused in refusals if refused), 0)
    if code:
        raise RefusedError(code)


def _is_landline(exchange: Exchange, to: str) -> bool:
    return bool(DIALLABLE.fullmatch(to)) and exchange.phone(to).kind == "landline"


def _may_send(exchange: Exchange, sender: str) -> bool:
    number = exchange.numbers.get(sender)
    return (
        bool(NAME.fullmatch(sender)) or sender == TEST_SENDER or bool(number and number.capabilities["sms"])
    )
