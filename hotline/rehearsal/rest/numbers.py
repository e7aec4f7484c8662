"""The account's numbers, and the addresses that the product sets on them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.rest.answers import RefusedError, matches, page
from hotline.rehearsal.rest.shapes import number_shape
from hotline.rehearsal.state import Hook, Number

HOOKS = {
    "Voice": "voice",
    "VoiceFallback": "voice_fallback",
    "Sms": "sms",
    "SmsFallback": "sms_fallback",
}
STANDS_BEFORE = {
    "VoiceApplicationSid": "voice_application_sid",
    "SmsApplicationSid": "sms_application_sid",
    "TrunkSid": "trunk_sid",
}


def add_numbers(api: Blueprint, exchange: Exchange) -> None:
    """Add the resource to the API."""

    @api.get("/IncomingPhoneNumbers.json")
    def list_numbers() -> Response:
        found = [
            number
            for number in exchange.numbers.values()
            if matches(number.number, "PhoneNumber") and matches(number.friendly_name, "FriendlyName")
        ]
        return page("incoming_phone_numbers", found, lambda number: number_shape(exchange, number))

    @api.get("/IncomingPhoneNumbers/<sid>.json")
    def fetch_number(sid: str) -> dict[str, Any]:
        return number_shape(exchange, _known(exchange, sid))

    @api.post("/IncomingPhoneNumbers/<sid>.json")
    def update_number(sid: str) -> dict[str, Any]:
        number = _known(exchange, sid)
        _change(number, request.form.to_dict())
        number.updated = exchange.now()
        return number_shape(exchange, number)


def _change(number: Number, form: dict[str, str]) -> None:
    for name, attribute in HOOKS.items():
        hook: Hook = getattr(number, attribute)
        url, method = form.get(f"{name}Url", hook.url), form.get(f"{name}Method", hook.method)
        setattr(number, attribute, Hook(url, method))
    callback = number.status_callback
    number.status_callback = Hook(
        form.get("StatusCallback", callback.url), form.get("StatusCallbackMethod", callback.method)
    )
    for name, attribute in STANDS_BEFORE.items():
        setattr(number, attribute, form.get(name, getattr(number, attribute)))
    number.friendly_name = form.get("FriendlyName", number.friendly_name)


def _known(exchange: Exchange, sid: str) -> Number:
    for number in exchange.numbers.values():
        if number.sid == sid:
            return number
    raise RefusedError(20404, 404)
