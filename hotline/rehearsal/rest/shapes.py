"""The API's resources as JSON: counts and prices are text, dates are RFC 2822 (carrier reference §7)."""

from __future__ import annotations

from typing import Any

from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phonebook import shown
from hotline.rehearsal.recorder import url
from hotline.rehearsal.rest.answers import stamp
from hotline.rehearsal.state import API_VERSION, Call, Message, Number, Recording, WaitingRoom

CALL_PARTS = ("events", "notifications", "payments", "recordings", "siprec", "streams", "transcriptions")


def call_shape(exchange: Exchange, call: Call) -> dict[str, Any]:
    """Return a call; its length is there once it is over."""
    uri = _uri(exchange, "Calls", call.sid)
    names = {"payments": "Payments", "siprec": "Siprec"}
    return {
        "sid": call.sid,
        "account_sid": exchange.account_sid,
        "api_version": API_VERSION,
        "annotation": None,
        "answered_by": call.answered_by,
        "caller_name": None,
        "date_created": stamp(call.created),
        "date_updated": stamp(call.updated or call.created),
        "direction": call.direction,
        "duration": str(call.seconds(exchange.now())) if call.over else None,
        "end_time": stamp(call.ended),
        "forwarded_from": call.forwarded_from,
        "from": call.from_,
        "from_formatted": shown(call.from_),
        "group_sid": None,
        "parent_call_sid": call.parent_sid,
        "phone_number_sid": call.number_sid or None,
        "price": None,
        "price_unit": "USD",
        "queue_time": str(call.queue_milliseconds),
        "start_time": stamp(
            call.answered or (call.created if call.over or call.status == "ringing" else None)
        ),
        "status": call.status,
        "to": call.to,
        "to_formatted": shown(call.to),
        "trunk_sid": None,
        "uri": uri,
        "subresource_uris": {
            part: uri.replace(".json", f"/{names.get(part, part.capitalize())}.json") for part in CALL_PARTS
        },
    }


def message_shape(exchange: Exchange, message: Message) -> dict[str, Any]:
    """Return a text; its error number is an integer or nothing."""
    uri = _uri(exchange, "Messages", message.sid)
    return {
        "sid": message.sid,
        "account_sid": exchange.account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": stamp(message.created),
        "date_sent": stamp(message.sent),
        "date_updated": stamp(message.updated or message.created),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": message.error_message,
        "from": message.from_,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": str(message.segments),
        "price": None,
        "price_unit": "USD",
        "status": message.status,
        "to": message.to,
        "uri": uri,
        "subresource_uris": {"media": uri.replace(".json", "/Media.json")},
    }


def recording_shape(exchange: Exchange, recording: Recording) -> dict[str, Any]:
    """Return a recording; its length is text."""
    uri = _uri(exchange, "Recordings", recording.sid)
    return {
        "sid": recording.sid,
        "account_sid": exchange.account_sid,
        "api_version": API_VERSION,
        "call_sid": recording.call_sid,
        "conference_sid": None,
        "channels": 1,
        "date_created": stamp(recording.started),
        "date_updated": stamp(recording.updated or recording.started),
        "start_time": stamp(recording.started),
        "duration": str(recording.duration),
        "price": None,
        "price_unit": "USD",
        "status": recording.status,
        "source": recording.source,
        "error_code": None,
        "encryption_details": None,
        "media_url": url(exchange, recording),
        "uri": uri,
        "subresource_uris": {
            "add_on_results": uri.replace(".json", "/AddOnResults.json"),
            "transcriptions": uri.replace(".json", "/Transcriptions.json"),
        },
    }


def number_shape(exchange: Exchange, number: Number) -> dict[str, Any]:
    """Return one of the account's numbers."""
    return {
        "sid": number.sid,
        "account_sid": exchange.account_sid,
        "address_requirements": "none",
        "address_sid": None,
        "api_version": API_VERSION,
        "beta": False,
        "bundle_sid": None,
        "capabilities": number.capabilities,
        "date_created": stamp(number.created),
        "date_updated": stamp(number.updated),
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "emergency_status": "Inactive",
        "friendly_name": number.friendly_name,
        "identity_sid": None,
        "origin": "twilio",
        "phone_number": number.number,
        "sms_application_sid": number.sms_application_sid or None,
        "sms_fallback_method": number.sms_fallback.method,
        "sms_fallback_url": number.sms_fallback.url,
        "sms_method": number.sms.method,
        "sms_url": number.sms.url,
        "status": "in-use",
        "status_callback": number.status_callback.url,
        "status_callback_method": number.status_callback.method,
        "trunk_sid": number.trunk_sid or None,
        "type": "local",
        "uri": _uri(exchange, "IncomingPhoneNumbers", number.sid),
        "voice_application_sid": number.voice_application_sid or None,
        "voice_caller_id_lookup": False,
        "voice_fallback_method": number.voice_fallback.method,
        "voice_fallback_url": number.voice_fallback.url,
        "voice_method": number.voice.method,
        "voice_receive_mode": "voice",
        "voice_url": number.voice.url,
    }


def account_shape(exchange: Exchange) -> dict[str, Any]:
    """Return the account, without its token."""
    uri = f"/{API_VERSION}/Accounts/{exchange.account_sid}.json"
    parts = ("calls", "messages", "recordings", "queues", "incoming_phone_numbers")
    names = {"incoming_phone_numbers": "IncomingPhoneNumbers"}
    return {
        "sid": exchange.account_sid,
        "auth_token": "",
        "date_created": stamp(exchange.opened),
        "date_updated": stamp(exchange.opened),
        "friendly_name": "Répétition",
        "owner_account_sid": exchange.account_sid,
        "status": "active",
        "type": "Full",
        "uri": uri,
        "subresource_uris": {
            part: uri.replace(".json", f"/{names.get(part, part.capitalize())}.json") for part in parts
        },
    }


def room_shape(exchange: Exchange, room: WaitingRoom) -> dict[str, Any]:
    """Return a queue of callers."""
    waits = [round((exchange.now() - since).total_seconds()) for _, since in room.members]
    return {
        "sid": room.sid,
        "account_sid": exchange.account_sid,
        "average_wait_time": round(sum(waits) / len(waits)) if waits else 0,
        "current_size": len(room.members),
        "date_created": stamp(room.created),
        "date_updated": stamp(room.created),
        "friendly_name": room.name,
        "max_size": room.max_size,
        "uri": _uri(exchange, "Queues", room.sid),
    }


def _uri(exchange: Exchange, kind: str, sid: str) -> str:
    return f"/{API_VERSION}/Accounts/{exchange.account_sid}/{kind}/{sid}.json"
