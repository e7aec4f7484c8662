"""What people do to the line under load: each life is played step by step, as the line answers.

Only the standard library is imported: the generator stays cheaper than the line.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from scripts.bench.calls import ACCOUNT, LINE, PUBLIC_URL, call_form

Form = dict[str, str]
_DIALLED = re.compile(r'<Dial [^>]*?action="([^"]+)"')
_RECORDED = re.compile(r'<Record [^>]*?action="([^"]+)"')
_NEWS = re.compile(r'<Record [^>]*?recordingStatusCallback="([^"]+)"')
_LEGS = re.compile(r'<Number [^>]*?statusCallback="([^"]+)"[^>]*>([^<]+)<')
_WORDS = ("Bonjour, j'aimerais qu'on m'appelle.", "Je suis seule depuis lundi.", "Merci pour hier !", "ok")
_OF_EACH = 4
"""Texts that one person writes, one after the other: one text in four is from somebody new."""


@dataclass(frozen=True)
class Step:
    """Wait so many seconds, then post a form to an address; `kind` is what it is counted as."""

    after: float
    kind: str
    path: str
    form: Form


Life = Iterator[Step]


class Lives:
    """Calls and texts without end, numbered from `first`; what they leave at the line is written down."""

    def __init__(self, first: int) -> None:
        self._first = first
        self.calls: list[str] = []
        self.recordings: list[str] = []
        self.texts: list[str] = []
        self._heard: dict[str, str] = {}
        self._chance = random.Random(6)

    def heard(self, sid: str, document: str) -> None:
        """What the line has answered to the last step of a call."""
        self._heard[sid] = document

    def call(self) -> tuple[str, Life]:
        """Return the next call's SID and what happens in it."""
        form = call_form(self._first + len(self.calls))
        self.calls.append(form["CallSid"])
        return form["CallSid"], self._call(form)

    def text(self) -> tuple[str, Life]:
        """Return the next text's SID and its one step."""
        number = self._first + len(self.texts)
        sid, sender = f"SM{number:032x}", f"+3363998{number // _OF_EACH % 10_000:04}"
        self.texts.append(sid)
        form = {
            "MessageSid": sid,
            "AccountSid": ACCOUNT,
            "From": sender,
            "To": LINE,
            "Body": self._chance.choice(_WORDS),
            "NumMedia": "0",
        }
        return sid, iter([Step(0, "text", "/sms/incoming", form)])

    def _call(self, form: Form) -> Life:
        """Nobody answers at the listeners', so that the caller leaves a message and hangs up."""
        sid, going_on = form["CallSid"], {**form, "CallStatus": "in-progress"}
        yield Step(0, "incoming", "/voice/incoming", form)
        while dialled := _DIALLED.search(self._heard.get(sid, "")):
            yield from self._ringing(sid, form)
            over = {**going_on, "DialCallStatus": "no-answer"}
            yield Step(self._between(20, 25), "rung", _path(dialled[1]), over)
        document = self._heard.get(sid, "")
        recorded, news = _RECORDED.search(document), _NEWS.search(document)
        if recorded and news:
            yield from self._message(going_on, _path(recorded[1]), _path(news[1]))
        yield Step(0.2, "over", "/voice/status", {**form, "CallStatus": "completed", "CallDuration": "30"})

    def _ringing(self, sid: str, form: Form) -> Life:
        for place, (address, number) in enumerate(_LEGS.findall(self._heard.pop(sid))):
            leg = {**form, "CallSid": f"CA{place + 1:x}{sid[3:]}", "To": number, "Direction": "outbound-dial"}
            for status in ("ringing", "no-answer"):
                yield Step(0.1, "leg", _path(address), {**leg, "CallStatus": status})

    def _message(self, form: Form, on_recorded: str, on_recording: str) -> Life:
        recording = f"RE{form['CallSid'][2:]}"
        self.recordings.append(recording)
        told = {"RecordingSid": recording, "RecordingDuration": "8"}
        yield Step(self._between(15, 40), "message", on_recorded, {**form, **told, "CallStatus": "completed"})
        about = {"AccountSid": ACCOUNT, "CallSid": form["CallSid"], "RecordingStatus": "completed"}
        yield Step(0.3, "recording", on_recording, {**about, **told})

    def _between(self, least: float, most: float) -> float:
        return self._chance.uniform(least, most)


def _path(address: str) -> str:
    """Return the path and query of an address in a document, without the carrier's overrides."""
    parts = urlsplit(unescape(address).removeprefix(PUBLIC_URL))
    return parts.path + (f"?{parts.query}" if parts.query else "")
