"""Everything the telephones page shows, as one JSON document."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phonebook import shown
from hotline.rehearsal.phones import Phone
from hotline.rehearsal.state import Call, Message, WebhookEntry

PARIS = ZoneInfo("Europe/Paris")
RECENT = 50
RECENT_WEBHOOKS = 100


def snapshot(exchange: Exchange) -> dict[str, Any]:
    """Return the state of the whole rehearsal; moments carry Paris time. Hold the lock meanwhile."""
    return {
        "version": exchange.version,
        "now": local(exchange.now()),
        "line": next(iter(exchange.numbers), ""),
        "speed": exchange.speech_rate,
        "phones": [_phone(phone) for phone in exchange.phones.values()],
        "calls": [_call(exchange, call) for call in list(exchange.calls.values())[-RECENT:]],
        "messages": [_message(message) for message in list(exchange.messages.values())[-RECENT:]],
        "webhooks": [_webhook(entry) for entry in exchange.webhooks[-RECENT_WEBHOOKS:]],
        "warnings": [
            {"at": local(notice.moment), "code": notice.code, "says": notice.says, "url": notice.url}
            for notice in exchange.warnings[-RECENT:]
        ],
        "faults": asdict(exchange.faults),
    }


def local(moment: datetime) -> str:
    """Return a moment as ISO 8601 with the offset of Europe/Paris."""
    return moment.astimezone(PARIS).isoformat(timespec="seconds")


def _phone(phone: Phone) -> dict[str, Any]:
    return {
        "number": phone.number,
        "shown": shown(phone.number),
        "label": phone.label,
        "role": phone.role,
        "kind": phone.kind,
        "state": phone.state,
        "call_sid": phone.call_sid,
        "from": phone.ringing_from,
        "with": phone.peer,
        "prompt": phone.prompt,
        "heard": [
            {
                "id": entry.id,
                "at": local(entry.at),
                "text": entry.text,
                "voice": entry.voice,
                "language": entry.language,
            }
            for entry in phone.journal[-RECENT:]
        ],
        "texts": [
            {
                "id": text.id,
                "at": local(text.at),
                "direction": text.direction,
                "from": text.from_,
                "to": text.to,
                "body": text.body,
                "status": text.status,
            }
            for text in phone.letters[-RECENT:]
        ],
    }


def _call(exchange: Exchange, call: Call) -> dict[str, Any]:
    return {
        "sid": call.sid,
        "at": local(call.created),
        "from": call.from_,
        "to": call.to,
        "direction": call.direction,
        "status": call.status,
        "duration": call.seconds(exchange.now()),
        "note": call.note,
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "sid": message.sid,
        "at": local(message.created),
        "from": message.from_,
        "to": message.to,
        "body": message.body,
        "status": message.status,
        "segments": message.segments,
        "error_code": message.error_code,
    }


def _webhook(entry: WebhookEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": local(entry.moment),
        "method": entry.method,
        "url": entry.url,
        "status": entry.status,
        "ms": entry.ms,
        "params": entry.params,
        "answer": entry.body,
    }
