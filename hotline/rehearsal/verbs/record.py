"""Record: takes a message until a key, silence, its longest length or the caller's leaving ends it."""

from __future__ import annotations

from hotline.rehearsal import recorder
from hotline.rehearsal.audio import RATE, WIDTH, mixed, trimmed
from hotline.rehearsal.callrun import CallRun
from hotline.rehearsal.documents import Verb
from hotline.rehearsal.signals import CallMovedError, CallOverError, Elapsed, Key, Source, Spoke, Steps
from hotline.rehearsal.verbs.context import Context, Outcome

ANY_KEY = "1234567890*#"
BEEP = "(bip)"


def record(run: CallRun, verb: Verb, context: Context) -> Steps[Outcome]:
    """Return the action's address with what was recorded; after a hang-up ask it at once and end."""
    run.pick_up()
    if run.phone is not None and verb.get("playBeep", "true") == "true":
        run.phone.hear(BEEP)
    run.show("record")
    taking = Taking(run, verb, context)
    try:
        digits = yield from taking.listen()
    except CallOverError:
        action = yield from taking.stop("hangup")
        yield from run.inform(action)
        raise
    except CallMovedError:
        yield from taking.stop("")
        raise
    run.show(None)
    return (yield from taking.stop(digits))


class Taking:
    """One recording being made: when it began, and what was said at which second of it."""

    def __init__(self, run: CallRun, verb: Verb, context: Context) -> None:
        self.run, self.verb, self.context = run, verb, context
        self.reel = recorder.begin(run, recorder.wishes(verb, context))
        self.began = run.exchange.now().timestamp()
        self.said: list[tuple[float, bytes]] = []
        self.last_sound = 0.0
        self.longest = verb.seconds("maxLength", 3600)

    def listen(self) -> Steps[str]:
        """Record until something ends it; return the key that did, or an empty text."""
        silence = self.verb.seconds("timeout", 5)
        while True:
            quiet_until = self.last_sound + silence if silence else self.longest
            left = min(quiet_until, self.longest) - self._elapsed()
            signal = yield from self.run.listen(max(0.0, left))
            if isinstance(signal, Elapsed):
                return ""
            if isinstance(signal, Key) and signal.digit in self.verb.get("finishOnKey", ANY_KEY):
                return signal.digit
            if isinstance(signal, Spoke):
                self._add(signal)

    def stop(self, digits: str) -> Steps[Source]:
        """End the recording; return the action with its parameters, the length being that before trimming."""
        length = min(self._elapsed(), self.longest)
        samples = mixed(length, self.said)
        kept = samples if self.verb.get("trim") == "do-not-trim" else trimmed(samples)
        self.run.call.note = f"message de {round(len(kept) / (RATE * WIDTH))} s"
        yield from self.reel.end(kept)
        pairs = [
            ("RecordingUrl", recorder.url(self.run.exchange, self.reel.recording)),
            ("RecordingSid", self.reel.recording.sid),
            ("RecordingDuration", str(round(length))),
        ]
        if digits:
            pairs.append(("Digits", digits))
        return self.context.target(self.verb, parameters=tuple(pairs))

    def _elapsed(self) -> float:
        return self.run.exchange.now().timestamp() - self.began

    def _add(self, spoke: Spoke) -> None:
        """Lay speech on the tape, after what is still being said."""
        offset = max(self._elapsed(), self.last_sound)
        self.said.append((offset, spoke.speech.samples))
        self.last_sound = offset + spoke.speech.seconds
