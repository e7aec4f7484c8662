"""Simulated telephones: what a person or a machine does with one, and what was heard and read on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from hotline.rehearsal import messaging, switchboard
from hotline.rehearsal.audio import Speech, imitation, samples_of
from hotline.rehearsal.phonebook import ImpossibleError
from hotline.rehearsal.signals import Key, PickedUp, Refused, Spoke

if TYPE_CHECKING:
    from hotline.rehearsal.callrun import CallRun
    from hotline.rehearsal.exchange import Exchange
    from hotline.rehearsal.state import Message

KEYS = frozenset("0123456789*#")
Kind = Literal["mobile", "landline"]
State = Literal["idle", "calling", "ringing", "in_call"]
Prompt = Literal["say", "gather", "record", "ring", "bridged"]


@dataclass(frozen=True)
class Behaviour:
    """What happens when a telephone is rung.

    `after` seconds pass before it is picked up; each of `keys` is pressed one second into a request for keys;
    the person hangs up `hangs_up_after` seconds after picking up, never when None.
    """

    kind: Literal["manual", "answers", "voicemail", "busy", "no-answer", "invalid"] = "manual"
    after: float = 3.0
    keys: tuple[str, ...] = ()
    hangs_up_after: float | None = None


@dataclass(frozen=True)
class Heard:
    """One thing heard in the receiver."""

    id: int
    at: datetime
    text: str
    voice: str
    language: str


@dataclass
class Text:
    """One text as the telephone shows it."""

    id: int
    at: datetime
    direction: Literal["in", "out"]
    from_: str
    to: str
    body: str
    status: str


@dataclass
class Phone:
    """One subscriber's telephone. Public actions happen at once with a clock moved by hand."""

    exchange: Exchange = field(repr=False)
    number: str
    kind: Kind
    label: str = ""
    role: str = "caller"
    behaviour: Behaviour = field(default_factory=Behaviour)
    withheld: bool = False
    sms_error: int = 0
    state: State = "idle"
    prompt: Prompt | None = None
    ringing_from: str = ""
    peer: str = ""
    leg: CallRun | None = None
    journal: list[Heard] = field(default_factory=list)
    letters: list[Text] = field(default_factory=list)
    keys_left: list[str] = field(default_factory=list)

    @property
    def heard(self) -> list[tuple[datetime, str]]:
        """Return everything heard so far, in order, with its moment."""
        return [(entry.at, entry.text) for entry in self.journal]

    @property
    def texts(self) -> list[Text]:
        """Return the texts received, oldest first."""
        return [text for text in self.letters if text.direction == "in"]

    @property
    def call_sid(self) -> str | None:
        """Return the identifier of the leg this telephone is in."""
        return self.leg.call.sid if self.leg else None

    def dial(self, to: str, shown_as: str | None = None, *, forwarded_from: str | None = None) -> None:
        """Call `to`, showing `shown_as` (default: the number, or "anonymous" when withheld)."""
        shown = shown_as if shown_as is not None else "anonymous" if self.withheld else self.number
        self._do(lambda: self._dial(to, shown, forwarded_from))

    def answer(self) -> None:
        """Pick up."""
        self._do(lambda: self._ringing_leg().tell(PickedUp()))

    def reject(self) -> None:
        """Decline the call that rings."""
        self._do(lambda: self._ringing_leg().tell(Refused()))

    def hang_up(self) -> None:
        """End the call, also while it is still ringing at the other end."""
        self._do(lambda: switchboard.hang_up(self._any_leg()))

    def press(self, digits: str) -> None:
        """Press these keys one after the other (0-9 * #)."""
        if not digits or not set(digits) <= KEYS:
            raise ImpossibleError("Les touches sont 0 à 9, * et #.")
        self._do(lambda: self.press_now(digits))

    def speak(self, seconds: float = 4.0, *, wav: bytes | None = None, words: str = "") -> None:
        """Speak for `seconds`, or say the given WAV file; `words` is what a speech recogniser understands."""
        try:
            samples = samples_of(wav) if wav is not None else imitation(seconds)
        except ValueError as fault:
            raise ImpossibleError("Ce son n'est pas un fichier WAV de 16 bits.") from fault
        self._do(lambda: self._any_leg().tell(Spoke(Speech(samples, words))))

    def text(self, to: str, body: str) -> None:
        """Send a text to `to`; landlines cannot."""
        if self.kind == "landline":
            raise ImpossibleError("Un téléphone fixe n'envoie pas de SMS.")
        self._do(lambda: messaging.receive(self.exchange, self, to, body))

    def hear(self, text: str, voice: str = "", language: str = "") -> None:
        """Note what the receiver says now."""
        if text:
            entry = Heard(self.exchange.next_id(), self.exchange.now(), text, voice, language)
            self.journal.append(entry)
            self.exchange.touch()

    def keep_text(self, direction: Literal["in", "out"], message: Message) -> None:
        """Keep a text received or sent."""
        entry = Text(
            self.exchange.next_id(),
            self.exchange.now(),
            direction,
            message.from_,
            message.to,
            message.body,
            message.status,
        )
        self.letters.append(entry)
        self.exchange.touch()

    def show(self, state: State, prompt: Prompt | None = None) -> None:
        """Note what the telephone is doing, and what its caller is being asked."""
        self.state, self.prompt = state, prompt
        if state == "idle":
            self.leg, self.ringing_from, self.peer, self.keys_left = None, "", "", []
        if prompt == "gather" and self.keys_left:
            keys, leg = self.keys_left.pop(0), self.leg
            self.exchange.after(1.0, lambda: self.press_now(keys) if self.leg is leg and leg else None)
        self.exchange.touch()

    def press_now(self, digits: str) -> None:
        """Press keys in the call going on; for the exchange itself."""
        leg = self._any_leg()
        for digit in digits:
            leg.tell(Key(digit))

    def _dial(self, to: str, shown: str, forwarded_from: str | None) -> None:
        if self.leg is not None:
            raise ImpossibleError("Ce téléphone est déjà en ligne.")
        if to not in self.exchange.numbers:
            raise ImpossibleError("Le numéro que vous avez composé n'est pas attribué.")
        switchboard.receive(self.exchange, self, self.exchange.numbers[to], shown, forwarded_from)

    def _ringing_leg(self) -> CallRun:
        if self.leg is None or self.state != "ringing":
            raise ImpossibleError("Ce téléphone ne sonne pas.")
        return self.leg

    def _any_leg(self) -> CallRun:
        if self.leg is None:
            raise ImpossibleError("Ce téléphone n'est pas en ligne.")
        return self.leg

    def _do(self, action: Callable[[], object]) -> None:
        with self.exchange.lock:
            action()
        self.exchange.settle_by_hand()
