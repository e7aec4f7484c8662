"""Texts: received ones go to the product, sent ones live through their receipts (carrier reference §6)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from hotline.rehearsal.documents import NOT_IN_GRAMMAR, Document, UnreadableError, Verb, read
from hotline.rehearsal.params import Pairs, incoming_text_params, receipt_params
from hotline.rehearsal.phonebook import ImpossibleError
from hotline.rehearsal.protocol.gsm7 import segments
from hotline.rehearsal.signals import WebhookRequest
from hotline.rehearsal.state import Hook, Message, Number, new_sid

if TYPE_CHECKING:
    from hotline.rehearsal.exchange import Exchange
    from hotline.rehearsal.phones import Phone

SEGMENTS_PER_SECOND = 10.0
OPTED_OUT, EXPIRED = 21610, 30036
LATE_AFTER, SWAPPED_AFTER = 120.0, 2.0
MOST_REDIRECTS = 10
CARRIER_SAYS = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages "
    "from this number. Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}
CARRIER_SAYS_IN_FRENCH = {
    "STOP": "Vous êtes désinscrit et ne recevrez plus de messages de ce numéro. "
    "Répondez START pour vous réinscrire.",
    "START": "Vous êtes réinscrit. Répondez STOP pour ne plus rien recevoir.",
    "HELP": "Répondez STOP pour ne plus rien recevoir de ce numéro.",
}


def receive(exchange: Exchange, phone: Phone, to: str, body: str) -> Message:
    """Take a text from a subscriber to one of the account's numbers; ImpossibleError when it carries none."""
    number = exchange.numbers.get(to)
    if number is None or not number.capabilities["sms"]:
        raise ImpossibleError("Ce numéro ne reçoit pas de SMS.")
    message = Message(
        sid=new_sid("SM"),
        to=to,
        from_=phone.number,
        body=body,
        direction="inbound",
        created=exchange.now(),
        status="received",
        segments=segments(body).parts,
        sent=exchange.now(),
    )
    exchange.messages[message.sid] = message
    phone.keep_text("out", message)
    advanced = exchange.faults.advanced_opt_out
    kind = exchange.opt_outs.kind(body, advanced=advanced)
    if kind:
        _obey(exchange, message, kind)
    request = incoming_text_params(exchange.account_sid, message, kind if advanced else "")
    if number.asked_for_texts.url:
        delay = exchange.web.delay(number.asked_for_texts.url)
        exchange.outside(
            delay, lambda: exchange.beside(lambda: _ask_product(exchange, message, number, request))
        )
    return message


def send(exchange: Exchange, message: Message) -> None:
    """Put an accepted text on its way: ten segments a second leave a sender, then receipts come back."""
    now = exchange.now()
    exchange.messages[message.sid] = message
    leaves = max(now, exchange.sender_free.get(message.from_, now))
    wait = (leaves - now).total_seconds()
    exchange.touch()
    if wait > message.validity:
        exchange.after(message.validity, lambda: _fail(exchange, message, EXPIRED, "Validity Period Expired"))
        return
    pace = timedelta(seconds=message.segments / SEGMENTS_PER_SECOND)
    exchange.sender_free[message.from_] = leaves + pace
    exchange.after(wait + 1, lambda: _move(exchange, message, "sent"))
    exchange.after(wait + 2, lambda: _arrive(exchange, message))


def reply(exchange: Exchange, received: Message, body: str, callback: Hook, to: str = "") -> None:
    """Send what the product answered to a text, from the number that received it."""
    message = Message(
        sid=new_sid("SM"),
        to=to or received.from_,
        from_=received.to,
        body=body,
        direction="outbound-reply",
        created=exchange.now(),
        status="queued",
        segments=segments(body).parts,
        callback=callback,
    )
    if (message.from_, message.to) in exchange.opt_outs.blocked:
        exchange.messages[message.sid] = message
        _fail(exchange, message, OPTED_OUT, "Attempt to send to unsubscribed recipient")
    else:
        send(exchange, message)


def _obey(exchange: Exchange, message: Message, kind: str) -> None:
    """Block or unblock the sender, and answer in the carrier's own words before the product hears of it."""
    pair = (message.to, message.from_)
    exchange.opt_outs.blocked.discard(pair)
    words = CARRIER_SAYS_IN_FRENCH if exchange.faults.advanced_opt_out else CARRIER_SAYS
    reply(exchange, message, words[kind], Hook())
    if kind == "STOP":
        exchange.opt_outs.blocked.add(pair)


def _ask_product(exchange: Exchange, message: Message, number: Number, params: Pairs) -> None:
    """Request the number's SMS address, then its fallback, and do what the document says."""
    document = _document(exchange, number.sms, params)
    if document is None and number.sms_fallback.url:
        extra = (("ErrorCode", "11200"), ("ErrorUrl", number.sms.url))
        document = _document(exchange, number.sms_fallback, (*params, *extra))
    for _ in range(MOST_REDIRECTS):
        if document is None:
            return
        moved = _obey_document(exchange, message, document)
        if moved is None:
            return
        document = _document(exchange, moved, params)


def _document(exchange: Exchange, hook: Hook, params: Pairs) -> Document | None:
    request = WebhookRequest(url=hook.url, method=hook.method, params=tuple(params), voice=False)
    try:
        document = read(exchange.web.send(request), "messaging")
    except UnreadableError as fault:
        exchange.notice(fault.code, fault.says, url=hook.url)
        return None
    for says in document.faults:
        exchange.notice(NOT_IN_GRAMMAR, says, url=hook.url)
    return document


def _obey_document(exchange: Exchange, message: Message, document: Document) -> Hook | None:
    """Send each reply of the document; return where it redirects, if it does."""
    for verb in document.verbs:
        if verb.name == "Redirect":
            return Hook(urljoin(document.url, verb.text), verb.get("method", "POST"))
        if verb.name == "Message" and (body := _body(verb)):
            callback = verb.get("statusCallback")
            hook = Hook(urljoin(document.url, callback) if callback else "")
            with exchange.lock:
                reply(exchange, message, body, hook, verb.get("to"))
    return None


def _body(verb: Verb) -> str:
    return "".join(child.text for child in verb.children if child.name == "Body") or verb.text


def _arrive(exchange: Exchange, message: Message) -> None:
    """Let the text reach the telephone, or not."""
    if message.final:
        return
    phone = exchange.phone(message.to)
    if phone.sms_error:
        _fail(exchange, message, phone.sms_error, "Delivery failed", status="undelivered")
        return
    _move(exchange, message, "delivered")
    phone.keep_text("in", message)


def _fail(exchange: Exchange, message: Message, code: int, says: str, status: str = "failed") -> None:
    message.error_code, message.error_message = code, says
    _move(exchange, message, status)


def _move(exchange: Exchange, message: Message, status: str) -> None:
    """Give the text its next status, unless the last one was final, and send the receipt."""
    if message.final:
        return
    message.status, message.updated = status, exchange.now()
    if status == "sent":
        message.sent = exchange.now()
    exchange.touch()
    mode = exchange.faults.receipts
    if not message.callback.url or mode == "lost":
        return
    delay = LATE_AFTER if mode == "late" else 0.0
    if mode == "out_of_order" and status == "sent":
        delay = SWAPPED_AFTER
    params = receipt_params(exchange.account_sid, message, status, exchange.now())
    for _ in range(2 if mode == "twice" else 1):
        exchange.post(message.callback, params, delay=delay)
