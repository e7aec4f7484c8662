"""The parameters of every kind of request, as the carrier names them (carrier reference §3, §5 and §6)."""

import json
import math
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

from hotline.rehearsal.state import API_VERSION, Call, Message, Recording

Pairs = Sequence[tuple[str, str]]
SIP_CODES = {"completed": "200", "busy": "486", "no-answer": "487", "canceled": "487", "failed": "404"}
PLACES = ("City", "State", "Zip", "Country")
FRANCE = ("+33", "+262", "+590", "+594", "+596", "+508")
UNKNOWN_PARAMETER = ("RehearsalParameter", "ignorez-moi")


def leg_params(account_sid: str, call: Call, status: str | None = None) -> Pairs:
    """Return what every voice request about `call` carries."""
    pairs = [
        ("AccountSid", account_sid),
        ("ApiVersion", API_VERSION),
        ("CallSid", call.sid),
        ("CallStatus", status or call.status),
        ("Direction", call.direction),
        ("From", call.from_),
        ("Caller", call.from_),
        ("To", call.to),
        ("Called", call.to),
        *_places(("From", call.from_), ("Caller", call.from_), ("To", call.to), ("Called", call.to)),
        UNKNOWN_PARAMETER,
    ]
    if call.parent_sid:
        pairs.append(("ParentCallSid", call.parent_sid))
    if call.forwarded_from:
        pairs += [("ForwardedFrom", call.forwarded_from), ("CalledVia", call.forwarded_from)]
    if call.answered_by:
        pairs.append(("AnsweredBy", call.answered_by))
    if call.direction == "inbound" and call.from_.startswith("+33"):
        pairs += [("StirVerstat", "TN-Validation-Passed-C"), ("CallToken", _call_token(call))]
    return pairs


def progress_params(account_sid: str, call: Call, status: str, now: datetime) -> Pairs:
    """Return what a status callback carries; final ones say how long and why."""
    pairs = [
        *leg_params(account_sid, call, status),
        ("Timestamp", rfc2822(now)),
        ("CallbackSource", "call-progress-events"),
        ("SequenceNumber", str(call.callbacks_sent)),
    ]
    if call.over:
        seconds = call.seconds(now)
        pairs += [("CallDuration", str(seconds)), ("Duration", str(math.ceil(seconds / 60)))]
        if call.direction != "inbound":
            pairs.append(("SipResponseCode", SIP_CODES[call.status]))
    return pairs


def detection_params(account_sid: str, call: Call, answered_by: str, milliseconds: int) -> Pairs:
    """Return what the callback of an asynchronous machine detection carries: no numbers."""
    return [
        ("AccountSid", account_sid),
        ("CallSid", call.sid),
        ("AnsweredBy", answered_by),
        ("MachineDetectionDuration", str(milliseconds)),
        UNKNOWN_PARAMETER,
    ]


def recording_params(account_sid: str, recording: Recording, url: str) -> Pairs:
    """Return what a recording callback carries: neither numbers nor the call's status."""
    pairs = [
        ("RecordingSource", recording.source),
        ("RecordingSid", recording.sid),
        ("RecordingUrl", url),
        ("RecordingStatus", recording.status),
        ("RecordingChannels", "1"),
        ("ErrorCode", "0"),
        ("CallSid", recording.call_sid),
        ("RecordingStartTime", rfc2822(recording.started)),
        ("AccountSid", account_sid),
        UNKNOWN_PARAMETER,
    ]
    if recording.status != "in-progress":
        pairs += [("RecordingDuration", str(recording.duration)), ("RecordingTrack", "both")]
    return pairs


def incoming_text_params(account_sid: str, message: Message, opt_out: str) -> Pairs:
    """Return what the request about a received text carries."""
    pairs = [
        ("SmsMessageSid", message.sid),
        ("NumMedia", "0"),
        ("SmsSid", message.sid),
        ("SmsStatus", "received"),
        ("Body", message.body),
        ("To", message.to),
        ("NumSegments", str(max(1, message.segments))),
        ("MessageSid", message.sid),
        ("AccountSid", account_sid),
        ("From", message.from_),
        ("ApiVersion", API_VERSION),
        *_places(("From", message.from_), ("To", message.to)),
        UNKNOWN_PARAMETER,
    ]
    service = ("MessagingServiceSid", "MG" + account_sid[2:])
    return [*pairs, service, ("OptOutType", opt_out)] if opt_out else pairs


def receipt_params(account_sid: str, message: Message, status: str, now: datetime) -> Pairs:
    """Return what a delivery receipt carries."""
    pairs = [
        ("SmsSid", message.sid),
        ("SmsStatus", status),
        ("MessageStatus", status),
        ("To", message.to),
        ("MessageSid", message.sid),
        ("AccountSid", account_sid),
        ("From", message.from_),
        ("ApiVersion", API_VERSION),
        UNKNOWN_PARAMETER,
    ]
    if status in {"failed", "undelivered"} and message.error_code:
        pairs.append(("ErrorCode", str(message.error_code)))
    if status in {"delivered", "undelivered"}:
        pairs.append(("RawDlrDoneDate", now.strftime("%y%m%d%H%M")))
    return pairs


def rfc2822(moment: datetime) -> str:
    """Return the moment as the carrier writes it, in UTC."""
    return format_datetime(moment)


def _places(*ends: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (name + place, "FR" if place == "Country" and number.startswith(FRANCE) else "")
        for name, number in ends
        for place in PLACES
    ]


def _call_token(call: Call) -> str:
    token = {"parentCallInfoToken": f"rehearsal.{call.sid}", "identityHeaderTokens": []}
    return quote(json.dumps(token, separators=(",", ":")), safe="")
