"""What the product asks of a telephone carrier, and the one error that it may get back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from hotline.errors import HotlineError


class TelephonyError(HotlineError):
    """The carrier did not do what was asked.

    `permanent`: the same request will fail again, do not repeat it. `uncertain`: the carrier may have done it
    all the same, look it up before repeating it. `code`: the carrier's own error number. `retry_after`:
    seconds to leave it alone, when known. The sentence never holds a telephone number.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool,
        code: int | None = None,
        uncertain: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.code = code
        self.uncertain = uncertain
        self.retry_after = retry_after


@dataclass(frozen=True)
class SentText:
    """A text that the carrier has taken; `status` is its word (`queued`, `accepted`…)."""

    sid: str
    status: str


@dataclass(frozen=True)
class PlacedCall:
    """A call that the carrier has taken on; `status` is its word (`queued`…)."""

    sid: str
    status: str


@dataclass(frozen=True)
class CarrierText:
    """A text in the carrier's log, either direction."""

    sid: str
    to: str
    sender: str
    body: str
    status: str
    error_code: int | None
    created_at: datetime
    direction: str


@dataclass(frozen=True)
class CarrierRecording:
    """A recording in the carrier's log; `duration` in seconds, None until known."""

    sid: str
    call_sid: str
    duration: int | None
    status: str
    created_at: datetime


@dataclass(frozen=True)
class CarrierCall:
    """A call in the carrier's log; `duration` in seconds, None until it has ended."""

    sid: str
    status: str
    duration: int | None
    started_at: datetime | None
    ended_at: datetime | None
    from_: str
    to: str
    direction: str
    parent_sid: str | None
    forwarded_from: str | None = None


@dataclass(frozen=True)
class OwnNumber:
    """One of our numbers as configured at the carrier; an address that is not set is an empty text.

    An application takes the place of the addresses, and a trunk that of the addresses for calls.
    """

    sid: str
    e164: str
    voice_url: str
    voice_fallback_url: str
    status_callback: str
    sms_url: str
    sms_capable: bool
    voice_method: str = "POST"
    voice_fallback_method: str = "POST"
    status_callback_method: str = "POST"
    sms_method: str = "POST"
    voice_application_sid: str = ""
    sms_application_sid: str = ""
    trunk_sid: str = ""


class Carrier(Protocol):
    """A telephone carrier. Every method may wait for the network, so none belongs inside a transaction.

    Every method raises TelephonyError, and only that, when the carrier refuses, fails or cannot be reached.
    Nothing is repeated behind the caller's back. Every moment is aware and in UTC.
    """

    def send_text(
        self, *, to: str, sender: str, body: str, on_receipt: str, valid_for: int | None
    ) -> SentText:
        """Hand one text over to the carrier.

        Receipts go to the address `on_receipt`. After `valid_for` seconds (1 to 36000; None: the carrier's
        own limit) a text still waiting is dropped.
        Raises TelephonyError; when it is `uncertain` the text may be on its way: search `texts_to` before a
        second try.
        """

    def place_call(
        self, *, to: str, sender: str, seconds: int, on_answer: str, on_status: str, on_fault: str
    ) -> PlacedCall:
        """Ring one telephone for `seconds`, showing `sender`, one of our own numbers.

        When it is picked up the document at `on_answer` is carried out, the one at `on_fault` where it cannot
        be had; the end of the call is told to `on_status`.
        Raises TelephonyError; when it is `uncertain` the telephone may be ringing: never place it again.
        """

    def texts_to(self, to: str, since: datetime) -> list[CarrierText]:
        """Return the texts to one number created at or after `since`, newest first, waiting ones included.

        Raises TelephonyError.
        """

    def recordings_of(self, call_sid: str) -> list[CarrierRecording]:
        """Return the recordings made in one call, ready or not.

        Raises TelephonyError.
        """

    def audio(self, recording_sid: str) -> bytes:
        """Return the sound of one recording as a WAV file.

        Raises TelephonyError: with code 20404 and not permanent while the sound is not there (yet).
        """

    def call(self, sid: str) -> CarrierCall | None:
        """Return one call, or None when the carrier knows no such call.

        Raises TelephonyError.
        """

    def calls_to(self, to: str, since: datetime) -> list[CarrierCall]:
        """Return the calls that we placed to one number at or after `since`, oldest first.

        Raises TelephonyError.
        """

    def calls_on(self, day: date, to: str) -> Iterator[CarrierCall]:
        """Give the calls to one number that began on a day of UTC, newest first, a page read at a time.

        Raises TelephonyError, after some of them perhaps.
        """

    def texts_on(self, day: date) -> Iterator[CarrierText]:
        """Give the texts of the account sent or received on a day of UTC; see `calls_on`."""

    def recordings_on(self, day: date) -> Iterator[CarrierRecording]:
        """Give the recordings of the account begun on a day of UTC; see `calls_on`."""

    def own_number(self, e164: str) -> OwnNumber | None:
        """Return one of our numbers as it is configured, or None when the account does not own it.

        Raises TelephonyError.
        """

    def change_number(self, sid: str, changes: Mapping[str, str]) -> None:
        """Set some of a number's settings, by their names in OwnNumber, all of them or none.

        Raises TelephonyError; when it is `uncertain` they may be set: doing it again does no harm.
        """

    def countries_open(self) -> frozenset[str] | None:
        """Return the countries that the account may call (ISO 3166), or None where this cannot be asked.

        Raises TelephonyError.
        """

    def account_status(self) -> str:
        """Return the carrier's word for our account: `active`, `suspended` or `closed`.

        Raises TelephonyError.
        """
