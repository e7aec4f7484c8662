"""Twilio's resources as the product knows them; what cannot be read raises ValueError or TypeError."""

from typing import Any, TypeVar

from hotline.telephony.base import CarrierCall, CarrierRecording, CarrierText, OwnNumber

_T = TypeVar("_T")


def required(value: _T | None) -> _T:
    """Return a value that every answer must have; raises ValueError without it."""
    if value is None:
        raise ValueError("a field is missing")
    return value


def _seconds(text: str | None) -> int | None:
    """Return a duration, which the carrier writes as text, `-1` when it has none."""
    seconds = int(text or -1)
    return seconds if seconds >= 0 else None


def text(found: Any) -> CarrierText:
    """Return a text of the carrier's log."""
    return CarrierText(
        sid=required(found.sid),
        to=found.to or "",
        sender=found.from_ or "",
        body=found.body or "",
        status=found.status or "",
        error_code=None if found.error_code is None else int(found.error_code),
        created_at=required(found.date_created),
        direction=found.direction or "",
    )


def recording(found: Any) -> CarrierRecording:
    """Return a recording of the carrier's log."""
    return CarrierRecording(
        sid=required(found.sid),
        call_sid=required(found.call_sid),
        duration=_seconds(found.duration),
        status=found.status or "",
        created_at=required(found.date_created),
    )


def call(found: Any) -> CarrierCall:
    """Return a call of the carrier's log."""
    return CarrierCall(
        sid=required(found.sid),
        status=found.status or "",
        duration=_seconds(found.duration),
        started_at=found.start_time,
        ended_at=found.end_time,
        from_=found._from or "",  # noqa: SLF001 -- the library's only name for it
        to=found.to or "",
        direction=found.direction or "",
        parent_sid=found.parent_call_sid,
        forwarded_from=found.forwarded_from or None,
    )


def own_number(found: Any) -> OwnNumber:
    """Return one of our numbers."""
    capabilities = {name.lower(): able for name, able in (found.capabilities or {}).items()}
    return OwnNumber(
        sid=required(found.sid),
        e164=required(found.phone_number),
        voice_url=found.voice_url or "",
        voice_fallback_url=found.voice_fallback_url or "",
        status_callback=found.status_callback or "",
        sms_url=found.sms_url or "",
        sms_capable=bool(capabilities.get("sms")),
        voice_method=found.voice_method or "POST",
        voice_fallback_method=found.voice_fallback_method or "POST",
        status_callback_method=found.status_callback_method or "POST",
        sms_method=found.sms_method or "POST",
        voice_application_sid=found.voice_application_sid or "",
        sms_application_sid=found.sms_application_sid or "",
        trunk_sid=found.trunk_sid or "",
    )
