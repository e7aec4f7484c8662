"""One leg in progress: an actor that runs its script, one step at a time, on the exchange's timeline."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from hotline.rehearsal.params import Pairs, leg_params, progress_params
from hotline.rehearsal.signals import (
    Answer,
    CallJoinedError,
    CallMovedError,
    CallOverError,
    Elapsed,
    Ended,
    Fetch,
    Joined,
    LegNews,
    Moved,
    Signal,
    Source,
    Steps,
    Wait,
    WebhookRequest,
)
from hotline.rehearsal.timeline import Due

if TYPE_CHECKING:
    from hotline.rehearsal.exchange import Exchange
    from hotline.rehearsal.phones import Phone, Prompt
    from hotline.rehearsal.state import Call

EVENT_NAMES = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}
LONGEST_ANSWER = 15.0
LONGEST_CALL = 14400.0


class CallRun:
    """A call, the telephone at its far end, and the script that it follows.

    Signals arrive at any time and wait in a mailbox; the script sees them only while it waits. Nothing is
    locked while the product is being asked.
    """

    def __init__(
        self,
        exchange: Exchange,
        call: Call,
        phone: Phone | None,
        script: Callable[[CallRun], Steps[None]],
        *,
        parent: CallRun | None = None,
    ) -> None:
        self.exchange = exchange
        self.call = call
        self.phone = phone
        self.parent = parent
        self.peer: CallRun | None = None
        self._script = script(self)
        self._mailbox: deque[Signal] = deque()
        self.time_limit = LONGEST_CALL
        self._timer: Due | None = None
        self._limit: Due | None = None
        self._started = False
        self._waiting = True

    def start(self, delay: float = 0.0) -> None:
        """Begin the script `delay` seconds from now."""
        self.exchange.outside(delay, self._begin)

    def tell(self, signal: Signal) -> None:
        """Let the script know; it reacts as soon as it waits."""
        self._mailbox.append(signal)
        self.exchange.outside(0.0, self._read_mail)

    def listen(self, seconds: float | None) -> Steps[Signal]:
        """Wait for the next signal; CallOverError or CallMovedError when the call does not go on here."""
        signal = yield Wait(seconds)
        if isinstance(signal, Ended):
            raise CallOverError
        if isinstance(signal, Moved):
            raise CallMovedError(signal.source)
        if isinstance(signal, Joined):
            raise CallJoinedError(signal.sid)
        return signal

    def rest(self, seconds: float) -> Steps[None]:
        """Let `seconds` pass, whatever is pressed or said meanwhile."""
        end = self.exchange.now().timestamp() + seconds
        while not isinstance((yield from self.listen(max(0.0, end - self._timestamp()))), Elapsed):
            pass

    def ask(self, source: Source, extra: Pairs = ()) -> Steps[Answer]:
        """Request `source` from the product with the parameters of this call; never raises."""
        delay = self.exchange.web.delay(source.url)
        if delay:
            yield from self._hold(min(delay, LONGEST_ANSWER))
        if delay > LONGEST_ANSWER:
            return Answer(source.url, error=11200)
        effect = Fetch(
            WebhookRequest(
                url=source.url,
                method=source.method,
                params=(*leg_params(self.exchange.account_sid, self.call), *extra),
                verb_params=source.verb_params,
                cookies=self.call.cookies,
            )
        )
        yield effect
        return effect.answer or Answer(source.url, error=11200)

    def inform(self, source: Source) -> Steps[None]:
        """Request `source` when its document no longer matters; a failure is noted all the same."""
        answer = yield from self.ask(source)
        if answer.error:
            says = f"pas de réponse utilisable (statut {answer.status})"
            self.exchange.notice(answer.error, says, url=source.url, call_sid=self.call.sid)

    def check(self) -> None:
        """Raise CallOverError when the call has ended."""
        if self.call.over:
            raise CallOverError

    def show(self, prompt: Prompt | None) -> None:
        """Let the telephone show what its person is being asked."""
        if self.phone is not None and self.phone.leg is self and self.call.status == "in-progress":
            self.phone.show("in_call", prompt)

    def pick_up(self) -> None:
        """Connect the call: from now on it is billed and said to be in progress."""
        if self.call.status in {"queued", "ringing"}:
            self.call.answered = self.exchange.now()
            self.progress("in-progress")
            self._limit = self.exchange.after(self.time_limit, lambda: self.finish("completed"))
            self.show(None)

    def progress(self, status: str) -> None:
        """Note a new status and report it where it was asked for."""
        if status != "initiated":
            self.call.status = status
        self.call.updated = self.exchange.now()
        self._report(EVENT_NAMES[status], status)
        self.exchange.touch()

    def finish(self, status: str) -> None:
        """End the call with a final status, once; its script, its parent and the product hear of it."""
        if self.call.over:
            return
        self.call.status = status
        self.call.ended = self.call.updated = self.exchange.now()
        if self.phone is not None and self.phone.leg is self:
            self.phone.show("idle")
        if self._limit is not None:
            self._limit.cancel()
        self.tell(Ended())
        for other in (self.parent, self.peer):
            if other is not None:
                other.tell(LegNews(self.call.sid, "gone"))
        self._report("completed", status)
        self.exchange.runs.pop(self.call.sid, None)
        self.exchange.touch()

    def _report(self, event: str, status: str) -> None:
        hook = self.call.callback
        if hook.url and event in self.call.callback_events:
            params = progress_params(self.exchange.account_sid, self.call, status, self.exchange.now())
            self.call.callbacks_sent += 1
            self.exchange.post(hook, params, call_sid=self.call.sid)

    def _timestamp(self) -> float:
        return self.exchange.now().timestamp()

    def _hold(self, seconds: float) -> Steps[None]:
        """Let `seconds` pass and keep every signal for later."""
        end, kept = self._timestamp() + seconds, list[Signal]()
        while not isinstance((signal := (yield Wait(max(0.0, end - self._timestamp())))), Elapsed):
            kept.append(signal)
        self._mailbox.extendleft(reversed(kept))

    def _begin(self) -> None:
        self._started = True
        self._resume(None)

    def _read_mail(self) -> None:
        with self.exchange.lock:
            ready = self._started and self._waiting and self._mailbox
            signal = self._mailbox.popleft() if ready else None
        if signal is not None:
            self._resume(signal)

    def _resume(self, signal: Signal | None) -> None:
        """Run the script up to its next wait; the lock is free while the product answers."""
        with self.exchange.lock:
            self._waiting = False
            if self._timer is not None:
                self._timer.cancel()
            effect = self._advance(signal)
        if isinstance(effect, Fetch):
            self.exchange.beside(lambda: self._go_on(effect))
        else:
            self._go_on(effect)

    def _go_on(self, effect: Wait | Fetch | None) -> None:
        while isinstance(effect, Fetch):
            effect.answer = self.exchange.web.send(effect.request)
            with self.exchange.lock:
                effect = self._advance(Elapsed())
        if effect is not None:
            with self.exchange.lock:
                self._pause(effect)

    def _advance(self, signal: Signal | None) -> Wait | Fetch | None:
        try:
            return next(self._script) if signal is None else self._script.send(signal)
        except StopIteration:
            return None

    def _pause(self, wait: Wait) -> None:
        self._waiting, self._timer = True, None
        if wait.seconds is not None:
            self._timer = self.exchange.outside(wait.seconds, lambda: self._resume(Elapsed()))
        if self._mailbox:
            self.exchange.outside(0.0, self._read_mail)
