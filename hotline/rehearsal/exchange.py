"""The carrier itself: one account, its numbers and subscribers, one timeline and one clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from hotline.rehearsal import phones
from hotline.rehearsal.callrun import CallRun
from hotline.rehearsal.clock import Clock
from hotline.rehearsal.params import FRANCE, Pairs
from hotline.rehearsal.signals import WebhookRequest
from hotline.rehearsal.state import (
    Call,
    Faults,
    Hook,
    Message,
    Notice,
    Number,
    OptOuts,
    Recording,
    WaitingRoom,
    WebhookEntry,
    new_sid,
)
from hotline.rehearsal.timeline import Due, Timeline
from hotline.rehearsal.webhook import Asked, WebClient

CALLBACK_REFUSED = 15003
FOREIGN_BASE = "https://api.twilio.com"


class Exchange:
    """All state of the stand-in carrier. `lock` guards it and is never held while the product is asked.

    `route` maps the product's public base address to the loopback one to connect to. `shared_keys` maps
    SharedKey identifiers to secrets: when there is one, the first signs every request instead of the token.
    `authority` is a file of certificates that the carrier believes besides the public ones.
    `beside` has a request to the product carried out: in turn, unless it hands it to a thread (live only).
    """

    def __init__(
        self, *, account_sid: str, auth_token: str, clock: Clock, shared_keys: dict[str, str] | None = None
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.clock = clock
        self.shared_keys = dict(shared_keys or {})
        self.api_keys: dict[str, str] = {}
        self.route: dict[str, str] = {}
        self.authority = ""
        self.beside: Callable[[Callable[[], None]], object] = _in_turn
        self.base_url = FOREIGN_BASE
        self.speech_rate = 1.0
        self.permitted = FRANCE
        self.calls_per_second = 1.0
        self.numbers: dict[str, Number] = {}
        self.phones: dict[str, phones.Phone] = {}
        self.calls: dict[str, Call] = {}
        self.runs: dict[str, CallRun] = {}
        self.messages: dict[str, Message] = {}
        self.recordings: dict[str, Recording] = {}
        self.rooms: dict[str, WaitingRoom] = {}
        self.webhooks: list[WebhookEntry] = []
        self.warnings: list[Notice] = []
        self.faults = Faults()
        self.opt_outs = OptOuts()
        self.sender_free: dict[str, datetime] = {}
        self.opened = self.next_call_at = clock.now()
        self.lock = threading.RLock()
        self.timeline = Timeline()
        self.web = WebClient(self)
        self.version = 1
        self._ids = count(1)
        self._turn = threading.Lock()
        self._turn_of: int | None = None

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return self.clock.now()

    def after(self, seconds: float, action: Callable[[], None]) -> Due:
        """Plan `action` in `seconds`; it runs with the lock held, so it must not ask the product anything."""

        def locked() -> None:
            with self.lock:
                action()

        return self.outside(seconds, locked)

    def outside(self, seconds: float, action: Callable[[], object]) -> Due:
        """Plan `action` in `seconds`; it runs without the lock, and may ask the product."""
        return self.timeline.plan(self.now() + timedelta(seconds=seconds), action)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass, with everything due meanwhile at its exact moment."""
        self.advance_to(self.now() + timedelta(seconds=seconds))

    def advance_to(self, moment: datetime) -> None:
        """Let time pass until `moment`: due actions run in order, the clock set to each."""
        if self._turn_of == threading.get_ident():
            raise RuntimeError("time cannot be moved by something that happens in it")
        with self._turn:
            self._turn_of = threading.get_ident()
            try:
                self._run_until(moment)
            finally:
                self._turn_of = None

    def return_to_machine_time(self) -> None:
        """Undo every jump; what was planned keeps its distance from now."""
        with self._turn, self.lock:
            before = self.now()
            self.clock.reset()
            self.timeline.shift(self.now() - before)
            self.next_call_at = self.now()
            self.sender_free.clear()

    def settle(self) -> None:
        """Run everything due now."""
        self.advance_to(self.now())

    def settle_by_hand(self) -> None:
        """Run everything due now unless someone else does: a live clock, or what is running already."""
        if not self.clock.live and self._turn_of != threading.get_ident():
            self.settle()

    def touch(self) -> None:
        """Note that something visible has changed."""
        self.version += 1

    def next_id(self) -> int:
        """Return the next identifier of a line on the page; they only grow."""
        return next(self._ids)

    def add_number(
        self,
        number: str,
        *,
        voice_url: str = "",
        voice_fallback_url: str = "",
        status_callback: str = "",
        sms_url: str = "",
        voice_method: str = "POST",
        capabilities: dict[str, bool] | None = None,
    ) -> Number:
        """Give the account a number; by default it carries voice and SMS."""
        now = self.now()
        entry = Number(
            sid=new_sid("PN"),
            number=number,
            voice=Hook(voice_url, voice_method),
            voice_fallback=Hook(voice_fallback_url),
            status_callback=Hook(status_callback),
            sms=Hook(sms_url),
            sms_fallback=Hook(),
            capabilities={"voice": True, "sms": True, "mms": False, "fax": False, **(capabilities or {})},
            friendly_name=number,
            created=now,
            updated=now,
        )
        with self.lock:
            self.numbers[number] = entry
        return entry

    def phone(
        self,
        number: str,
        *,
        kind: phones.Kind | None = None,
        behaviour: phones.Behaviour | None = None,
        label: str | None = None,
        role: str | None = None,
    ) -> phones.Phone:
        """Return the subscriber's telephone, made when unknown; what is given replaces what was known."""
        with self.lock:
            phone = self.phones.get(number)
            if phone is None:
                phone = phones.Phone(self, number, kind or guessed_kind(number))
                self.phones[number] = phone
            phone.kind = kind or phone.kind
            phone.behaviour = behaviour or phone.behaviour
            phone.label = phone.label if label is None else label
            phone.role = role or phone.role
            self.touch()
            return phone

    def subscriber(self, number: str) -> phones.Phone | None:
        """Return the telephone to ring for `number`; None for the account's own numbers, which have none."""
        return None if number in self.numbers else self.phone(number)

    def post(self, hook: Hook, params: Pairs, *, delay: float = 0.0, call_sid: str = "") -> None:
        """Plan a callback whose answer does not matter; a refusal is noted as the carrier does (15003)."""
        call = self.calls.get(call_sid)
        request = WebhookRequest(
            url=hook.url,
            method=hook.method,
            params=tuple(params),
            cookies=call.cookies if call else {},
            voice=bool(call_sid),
        )
        wait = delay + self.web.delay(hook.url)
        self.outside(wait, lambda: self.beside(lambda: self._deliver(request, call_sid)))

    def notice(self, code: int, says: str, *, url: str = "", call_sid: str = "") -> None:
        """Note a mistake of the product."""
        with self.lock:
            self.warnings.append(Notice(self.now(), code, says, url, call_sid))
            self.touch()

    def assert_clean(self) -> None:
        """Raise AssertionError when the product made a mistake that the carrier noticed."""
        if self.warnings:
            raise AssertionError("the carrier noticed: " + "; ".join(map(str, self.warnings)))

    def log_webhook(self, asked: Asked, status: int, ms: int, body: str) -> None:
        """Keep a trace of one request made to the product; status 0 when no answer came."""
        with self.lock:
            params = dict(asked.pairs)
            entry = WebhookEntry(
                self.next_id(), self.now(), asked.method, asked.url, params, status, ms, body
            )
            self.webhooks.append(entry)
            self.touch()

    def _run_until(self, moment: datetime) -> None:
        while (due := self.timeline.take(moment)) is not None:
            self.clock.reach(due.moment)
            due.action()
        self.clock.reach(moment)

    def _deliver(self, request: WebhookRequest, call_sid: str) -> None:
        answer = self.web.send(request)
        if answer.status >= 400:
            says = f"statut {answer.status} à une notification"
            self.notice(CALLBACK_REFUSED, says, url=request.url, call_sid=call_sid)


def _in_turn(request: Callable[[], None]) -> None:
    request()


def guessed_kind(number: str) -> phones.Kind:
    """Tell a French landline (01-05, 08, 09) from everything else."""
    french = number.startswith("+33")
    return "landline" if french and number[3:4] not in {"6", "7"} else "mobile"
