"""Webhook forms as typed events (carrier reference §3 to §6): odd values are None, a bad SID is an error."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hotline.errors import HotlineError
from hotline.phone import PhoneNumber, from_carrier
from hotline.telephony.sids import is_sid
from hotline.telephony.statuses import call_is_over

Form = Mapping[str, str]
_KEYS = frozenset("0123456789*#")


class MalformedWebhook(HotlineError):
    """A webhook without the identifier that everything is keyed on."""


@dataclass(frozen=True)
class IncomingCall:
    """Somebody phones the line. `caller` is None, and `withheld` true, when nobody can be called back.

    `found_at` is when a call was found in the carrier's log of which no webhook came.
    """

    sid: str
    from_raw: str
    caller: PhoneNumber | None
    to_raw: str
    withheld: bool
    forwarded_from: str | None
    direction: str
    found_at: datetime | None = None


@dataclass(frozen=True)
class CallEnded:
    """The status of a whole call; `over` is false for the events before its end. `duration` in seconds."""

    sid: str
    over: bool
    duration: int | None


@dataclass(frozen=True)
class DialEnded:
    """The ringing of listeners is over. Only `bridged` means that somebody spoke with the caller."""

    sid: str
    status: str
    dial_status: str
    dial_sid: str | None
    bridged: bool
    duration: int | None


@dataclass(frozen=True)
class LegStatus:
    """Progress of one rung telephone; it may come in any order."""

    sid: str
    status: str


@dataclass(frozen=True)
class LegAnswered:
    """A rung telephone was picked up; `machine` tells by what, None while the carrier does not know."""

    sid: str
    machine: bool | None


@dataclass(frozen=True)
class KeysPressed:
    """Keys typed on the leg `sid`; empty when none, or when they are no keys."""

    sid: str
    digits: str


@dataclass(frozen=True)
class MessageRecorded:
    """A message was left; the sound may not exist yet and `duration` is the one before silence is trimmed."""

    call_sid: str
    recording_sid: str | None
    duration: int | None
    call_over: bool


@dataclass(frozen=True)
class RecordingStatus:
    """What became of a recording: `completed` (ready), `absent`, `failed` or `in-progress`."""

    call_sid: str
    recording_sid: str
    status: str
    duration: int | None


@dataclass(frozen=True)
class IncomingText:
    """A text for us. `sender` is None for machines: short codes and names cannot be answered.

    `found_at` is when a text was found in the carrier's log of which no webhook came.
    """

    sid: str
    from_raw: str
    sender: PhoneNumber | None
    to_raw: str
    body: str
    opt_out_type: str | None
    found_at: datetime | None = None


@dataclass(frozen=True)
class TextReceipt:
    """News of a text that we sent; compare with `statuses.newer` before believing it."""

    sid: str
    status: str
    error_code: int | None


@dataclass(frozen=True)
class CarrierFault:
    """Why the carrier came to the fallback address: its error number and the address that failed."""

    error_code: int | None
    error_url: str | None


def incoming_call(form: Form) -> IncomingCall:
    """Read the first request of an inbound call; raise MalformedWebhook without a call SID."""
    caller = from_carrier(form.get("From", ""))
    return IncomingCall(
        sid=_sid(form, "CallSid", "CA"),
        from_raw=form.get("From", ""),
        caller=caller,
        to_raw=form.get("To", ""),
        withheld=caller is None,
        forwarded_from=form.get("ForwardedFrom") or None,
        direction=form.get("Direction", ""),
    )


def call_ended(form: Form) -> CallEnded:
    """Read a number's or a call's status callback; raise MalformedWebhook without a call SID."""
    return CallEnded(
        sid=_sid(form, "CallSid", "CA"),
        over=call_is_over(form.get("CallStatus", "")),
        duration=_count(form.get("CallDuration")),
    )


def dial_ended(form: Form) -> DialEnded:
    """Read the action of a Dial; raise MalformedWebhook without a call SID."""
    return DialEnded(
        sid=_sid(form, "CallSid", "CA"),
        status=form.get("CallStatus", ""),
        dial_status=form.get("DialCallStatus", ""),
        dial_sid=_optional_sid(form, "DialCallSid", "CA"),
        bridged=form.get("DialBridged") == "true",
        duration=_count(form.get("DialCallDuration")),
    )


def leg_status(form: Form) -> LegStatus:
    """Read the progress of one leg of a Dial; raise MalformedWebhook without a call SID."""
    return LegStatus(
        sid=_sid(form, "CallSid", "CA"),
        status=form.get("CallStatus", ""),
    )


def leg_answered(form: Form) -> LegAnswered:
    """Read the first request of a rung leg, or the news of a machine; MalformedWebhook without a call SID."""
    return LegAnswered(sid=_sid(form, "CallSid", "CA"), machine=_machine(form.get("AnsweredBy", "")))


def keys_pressed(form: Form) -> KeysPressed:
    """Read the action of a Gather; raise MalformedWebhook without a call SID."""
    digits = form.get("Digits", "")
    return KeysPressed(
        sid=_sid(form, "CallSid", "CA"),
        digits=digits if _KEYS.issuperset(digits) else "",
    )


def message_recorded(form: Form) -> MessageRecorded:
    """Read the action of a Record; raise MalformedWebhook without a call SID.

    The recording's SID is not promised there by the carrier, its address is: either will do.
    """
    address = form.get("RecordingUrl", "").rpartition("/")[2]
    return MessageRecorded(
        call_sid=_sid(form, "CallSid", "CA"),
        recording_sid=_optional_sid(form, "RecordingSid", "RE")
        or (address if is_sid(address, "RE") else None),
        duration=_count(form.get("RecordingDuration")),
        call_over=call_is_over(form.get("CallStatus", "")),
    )


def recording_status(form: Form) -> RecordingStatus:
    """Read a recording's status callback; raise MalformedWebhook without its two SIDs."""
    return RecordingStatus(
        call_sid=_sid(form, "CallSid", "CA"),
        recording_sid=_sid(form, "RecordingSid", "RE"),
        status=form.get("RecordingStatus", ""),
        duration=_count(form.get("RecordingDuration")),
    )


def incoming_text(form: Form) -> IncomingText:
    """Read a text for us; raise MalformedWebhook without a message SID."""
    return IncomingText(
        sid=_text_sid(form),
        from_raw=form.get("From", ""),
        sender=from_carrier(form.get("From", "")),
        to_raw=form.get("To", ""),
        body=form.get("Body", ""),
        opt_out_type=form.get("OptOutType") or None,
    )


def text_receipt(form: Form) -> TextReceipt:
    """Read the receipt of a text that we sent; raise MalformedWebhook without a message SID."""
    return TextReceipt(
        sid=_text_sid(form),
        status=form.get("MessageStatus") or form.get("SmsStatus", ""),
        error_code=_count(form.get("ErrorCode")) or None,
    )


def carrier_fault(form: Form) -> CarrierFault:
    """Read why the fallback address was asked; never raises, the caller is on the line."""
    return CarrierFault(
        error_code=_count(form.get("ErrorCode")) or None,
        error_url=form.get("ErrorUrl") or None,
    )


def _text_sid(form: Form) -> str:
    return _sid(form, "MessageSid" if form.get("MessageSid") else "SmsSid", "SM", "MM")


def _sid(form: Form, name: str, *kinds: str) -> str:
    value = form.get(name, "")
    if not is_sid(value, *kinds):
        raise MalformedWebhook(f"Requête du prestataire téléphonique sans identifiant « {name} » valable.")
    return value


def _optional_sid(form: Form, name: str, *kinds: str) -> str | None:
    return _sid(form, name, *kinds) if form.get(name) else None


def _machine(word: str) -> bool | None:
    """Return whether the carrier heard a machine (`machine_start`, `fax`…); None for `unknown` or nothing."""
    if word.startswith("machine") or word == "fax":
        return True
    return False if word == "human" else None


def _count(text: str | None) -> int | None:
    """Return a whole number of at most nine digits; None for the rest, such as a lost recording's `-1`."""
    return int(text) if text and len(text) <= 9 and text.isascii() and text.isdigit() else None
