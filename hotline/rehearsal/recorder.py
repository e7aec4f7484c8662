"""The life of a recording and its callbacks (carrier reference §5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from hotline.rehearsal.audio import RATE, WIDTH, wav
from hotline.rehearsal.params import recording_params
from hotline.rehearsal.signals import Fetch, Steps, WebhookRequest
from hotline.rehearsal.state import API_VERSION, Hook, Recording, new_sid

if TYPE_CHECKING:
    from hotline.rehearsal.callrun import CallRun
    from hotline.rehearsal.documents import Verb
    from hotline.rehearsal.exchange import Exchange
    from hotline.rehearsal.verbs.context import Context

READY_AFTER = 2.0
LATE_AFTER = 120.0


@dataclass(frozen=True)
class Wishes:
    """Where the recording's callback goes, and for which events."""

    hook: Hook
    events: tuple[str, ...]


def wishes(verb: Verb, context: Context) -> Wishes:
    """Read the callback attributes of a Record."""
    address = verb.get("recordingStatusCallback").strip()
    method = verb.get("recordingStatusCallbackMethod", "POST")
    events = verb.get("recordingStatusCallbackEvent", "completed").split()
    return Wishes(Hook(urljoin(context.url, address) if address else "", method), tuple(events))


def url(exchange: Exchange, recording: Recording) -> str:
    """Return the address of the audio, without extension as the carrier gives it."""
    return f"{exchange.base_url}/{API_VERSION}/Accounts/{exchange.account_sid}/Recordings/{recording.sid}"


def begin(run: CallRun, wanted: Wishes) -> Reel:
    """Start a recording of this call."""
    recording = Recording(new_sid("RE"), run.call.sid, run.exchange.now())
    run.exchange.recordings[recording.sid] = recording
    reel = Reel(run, recording, wanted)
    reel.report("in-progress", 0.0)
    return reel


class Reel:
    """A recording under way: in progress, being prepared, then completed or absent."""

    def __init__(self, run: CallRun, recording: Recording, wanted: Wishes) -> None:
        self._exchange, self._run, self.recording, self._wanted = run.exchange, run, recording, wanted

    def end(self, samples: bytes) -> Steps[None]:
        """Stop: the audio can be fetched two seconds later; sound of less than half a second is absent."""
        mode = self._exchange.faults.recording_callback
        seconds = round(len(samples) / (RATE * WIDTH))
        self.recording.status = "processing"
        self.recording.duration = seconds or -1
        self.recording.wav = wav(samples)
        final = "completed" if seconds else "absent"
        if mode == "before":
            self._settle(final)
            yield from self._report_at_once(final)
            return
        self._exchange.after(READY_AFTER, lambda: self._settle(final))
        times = {"lost": 0, "twice": 2}.get(mode, 1)
        for _ in range(times):
            self.report(final, LATE_AFTER if mode == "late" else READY_AFTER)

    def report(self, event: str, delay: float) -> None:
        """Plan the callback of `event`, when it was asked for."""
        if self._wanted.hook.url and event in self._wanted.events:
            self._exchange.after(delay, self._post)

    def _post(self) -> None:
        self._exchange.post(self._wanted.hook, self._parameters(), call_sid=self._run.call.sid)

    def _report_at_once(self, event: str) -> Steps[None]:
        """Ask before anything else: the callback then comes before the action."""
        hook = self._wanted.hook
        if hook.url and event in self._wanted.events:
            yield Fetch(WebhookRequest(hook.url, hook.method, tuple(self._parameters())))

    def _settle(self, status: str) -> None:
        self.recording.status = status
        self.recording.updated = self._exchange.now()
        self._exchange.touch()

    def _parameters(self) -> tuple[tuple[str, str], ...]:
        address = url(self._exchange, self.recording)
        return tuple(recording_params(self._exchange.account_sid, self.recording, address))
