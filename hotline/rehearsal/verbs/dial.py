"""Dial: rings other telephones, whispers to the first that is picked up, joins it with the caller."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin

from hotline.rehearsal import detection
from hotline.rehearsal.callrun import CallRun
from hotline.rehearsal.documents import Verb
from hotline.rehearsal.phonebook import DIALLABLE, shown
from hotline.rehearsal.ringing import ring
from hotline.rehearsal.signals import (
    CallMovedError,
    CallOverError,
    Elapsed,
    Key,
    LegNews,
    Source,
    Steps,
)
from hotline.rehearsal.state import Call, Hook, new_sid
from hotline.rehearsal.verbs import queue
from hotline.rehearsal.verbs.context import Context, Converse, Outcome

MOST_NUMBERS = 10
ALWAYS_ADDED = 5.0
DIAL_IN_WHISPER, BAD_CALLER_ID, NOT_E164, TOO_MANY, UNREACHABLE = 13201, 13214, 13223, 13250, 13224
NOT_REHEARSED = 12200


def dial(run: CallRun, verb: Verb, context: Context) -> Steps[Outcome]:
    """Try to join the caller with someone; return the action's address with what came of it, if any."""
    if run.parent is not None:
        _blame(run, context, DIAL_IN_WHISPER, "Dial dans le document d'un Number")
        return None
    if not (context.first and verb.get("answerOnBridge") == "true"):
        run.pick_up()
    room = next((child for child in verb.children if child.name == "Queue"), None)
    attempt = Attempt(run, verb, context)
    try:
        if room is not None:
            yield from queue.serve(run, room, verb.seconds("timeout", 30), attempt.report)
        else:
            yield from attempt.call_everyone()
    except CallOverError:
        attempt.give_up()
        if "action" in verb.attributes and run.exchange.faults.dial_action_after_hangup:
            yield from run.inform(context.target(verb, parameters=attempt.parameters()))
        raise
    except CallMovedError:
        attempt.give_up()
        raise
    run.show(None)
    if "action" not in verb.attributes:
        return None
    return context.target(verb, parameters=attempt.parameters())


class Attempt:
    """One Dial in progress: the legs it rings, the one that won, and how it ended."""

    def __init__(self, run: CallRun, verb: Verb, context: Context) -> None:
        self.run, self.verb, self.context = run, verb, context
        self.legs: dict[str, CallRun] = {}
        self.winner: CallRun | None = None
        self.bridged = False
        self.status = ""

    def call_everyone(self) -> Steps[None]:
        """Ring the numbers, together or one after the other, until one was picked up and is over again."""
        nouns = self._nouns()
        if not nouns:
            self.status = "failed"
            return
        together = self.verb.get("sequential") != "true"
        for group in [nouns] if together else [[noun] for noun in nouns]:
            yield from self._ring([leg for noun in group if (leg := self._leg(noun)) is not None])
            if self.winner is not None:
                return
        ends = {leg.call.status for leg in self.legs.values()}
        self.status = next((end for end in ("no-answer", "busy") if end in ends), "failed")

    def give_up(self) -> None:
        """Drop every leg because the caller has gone."""
        self.status = self.status or ("completed" if self.winner else "canceled")
        for leg in self.legs.values():
            leg.finish("completed" if leg.call.answered else "canceled")

    def report(self, status: str, *, bridged: bool) -> None:
        """Note how a Dial of something else than numbers ended."""
        self.status, self.bridged = status, bridged

    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Return what the action is told about the Dial."""
        pairs = [("DialCallStatus", self.status), ("DialBridged", str(self.bridged).lower())]
        leg = self.winner or next(reversed(self.legs.values()), None)
        if leg is not None:
            pairs.append(("DialCallSid", leg.call.sid))
        if leg is not None and self.status in {"completed", "no-answer"}:
            pairs.append(("DialCallDuration", str(leg.call.seconds(self.run.exchange.now()))))
        if self.status == "failed":
            pairs += [("ErrorCode", str(UNREACHABLE)), ("ErrorMessage", "invalid or unreachable number")]
        return tuple(pairs)

    def _ring(self, legs: list[CallRun]) -> Steps[None]:
        now = self.run.exchange.now
        end = now().timestamp() + self.verb.seconds("timeout", 30) + ALWAYS_ADDED
        waiting = {leg.call.sid: leg for leg in legs}
        self.run.show("ring")
        for leg in legs:
            leg.start()
        while waiting:
            signal = yield from self.run.listen(max(0.0, end - now().timestamp()))
            if isinstance(signal, Elapsed):
                for leg in waiting.values():
                    leg.finish("no-answer")
                return
            if isinstance(signal, LegNews) and signal.sid in waiting:
                leg = waiting.pop(signal.sid)
                if signal.news == "answered":
                    for other in waiting.values():
                        other.finish("canceled")
                    yield from self._accompany(leg)
                    return

    def _accompany(self, leg: CallRun) -> Steps[None]:
        """Follow the leg that was picked up: whisper, conversation, end."""
        self.winner, self.status = leg, "completed"
        left: float | None = None
        while True:
            signal = yield from self.run.listen(left)
            if isinstance(signal, LegNews) and signal.sid == leg.call.sid:
                if signal.news == "gone":
                    return
                self._join(leg)
                left = self.verb.seconds("timeLimit", 14400)
            star = isinstance(signal, Key) and signal.digit == "*" and self.verb.get("hangupOnStar") == "true"
            if isinstance(signal, Elapsed) or (star and self.bridged):
                leg.finish("completed")

    def _join(self, leg: CallRun) -> None:
        self.bridged = self.run.call.joined = True
        self.run.call.note = f"en ligne avec {shown(leg.call.to)}"
        self.run.pick_up()
        self.run.show("bridged")
        leg.show("bridged")
        if self.run.phone is not None:
            self.run.phone.peer = leg.call.to

    def _nouns(self) -> list[Verb]:
        nouns = [child for child in self.verb.children if child.name == "Number"]
        for other in {child.name for child in self.verb.children} - {"Number"}:
            _blame(self.run, self.context, NOT_REHEARSED, f"<{other}> dans Dial n'est pas répété ici")
        if not self.verb.children and self.verb.text:
            nouns = [Verb("Number", text=self.verb.text)]
        if len(nouns) > MOST_NUMBERS:
            _blame(self.run, self.context, TOO_MANY, f"{len(nouns)} numéros dans un Dial")
            return []
        caller_id = self._caller_id()
        if caller_id not in {*self.run.exchange.numbers, self.run.call.from_, self.run.call.to}:
            _blame(self.run, self.context, BAD_CALLER_ID, f"callerId {caller_id!r} n'est pas à nous")
            return []
        return nouns

    def _caller_id(self) -> str:
        """Return what the telephones rung show: without callerId the caller's own number."""
        return self.verb.get("callerId") or self.run.call.from_

    def _leg(self, noun: Verb) -> CallRun | None:
        if not DIALLABLE.fullmatch(noun.text):
            _blame(self.run, self.context, NOT_E164, f"numéro {noun.text!r}")
            return None
        exchange = self.run.exchange
        call = Call(
            sid=new_sid("CA"),
            to=noun.text,
            from_=self._caller_id(),
            direction="outbound-dial",
            created=exchange.now(),
            parent_sid=self.run.call.sid,
            callback=_hook(noun, "statusCallback", self.context),
            callback_events=tuple(noun.get("statusCallbackEvent", "completed").split()),
        )
        whisper = self.context.target(noun, "url") if noun.get("url") else None
        script = _dialled(whisper, _machine_news(noun, self.context), self.context.converse)
        phone = exchange.subscriber(noun.text)
        leg = CallRun(exchange, call, phone, script, parent=self.run)
        exchange.calls[call.sid], exchange.runs[call.sid] = call, leg
        self.legs[call.sid] = leg
        return leg


def _hook(noun: Verb, attribute: str, context: Context) -> Hook:
    """Return the callback that an attribute names and how it is requested; an empty one when it is absent."""
    url = noun.get(attribute)
    return Hook(urljoin(context.url, url) if url else "", noun.get(f"{attribute}Method", "POST"))


def _machine_news(noun: Verb, context: Context) -> Hook:
    """Return where to say whether a machine answered; an empty hook when nobody wants to know."""
    wanted = noun.get("machineDetection") in {"Enable", "DetectMessageEnd"}
    return _hook(noun, "amdStatusCallback", context) if wanted else Hook()


def _dialled(
    whisper: Source | None, machine_news: Hook, converse: Converse
) -> Callable[[CallRun], Steps[None]]:
    """Return the script of a dialled leg: ring, whisper, then be joined until someone hangs up."""

    def script(leg: CallRun) -> Steps[None]:
        try:
            leg.check()
            outcome = yield from ring(leg, None)
            if outcome != "in-progress":
                leg.finish(outcome)
                return
            _tell_parent(leg, "answered")
            if machine_news.url:
                detection.report_later(leg, machine_news)
            if whisper is not None and not (yield from converse(leg, whisper)):
                leg.finish("completed")
                return
            _tell_parent(leg, "ready")
            yield from _stay(leg, converse)
        except CallOverError:
            return

    return script


def _stay(leg: CallRun, converse: Converse) -> Steps[None]:
    """Stay joined until the call ends here, or the API sends this leg to a document of its own."""
    try:
        while True:
            yield from leg.listen(None)
    except CallMovedError as moved:
        _tell_parent(leg, "gone")
        leg.parent = None
        yield from converse(leg, moved.source)
        leg.finish("completed")


def _tell_parent(leg: CallRun, news: str) -> None:
    if leg.parent is not None:
        leg.parent.tell(LegNews(leg.call.sid, news))


def _blame(run: CallRun, context: Context, code: int, says: str) -> None:
    run.exchange.notice(code, says, url=context.url, call_sid=run.call.sid)
