"""Twilio as carrier, through its own client library, which is loaded at the first request only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

from hotline.telephony.base import (
    CarrierCall,
    CarrierRecording,
    CarrierText,
    OwnNumber,
    PlacedCall,
    SentText,
    TelephonyError,
)
from hotline.telephony.errors import NOT_FOUND
from hotline.telephony.sids import is_sid

if TYPE_CHECKING:
    from hotline.telephony.wire import Wire

_T = TypeVar("_T")
_PAGE: Final = 100
_LONGEST_WAIT: Final = timedelta(days=1)
_UNREADABLE: Final = "Le prestataire téléphonique a donné une réponse illisible."


class TwilioCarrier:
    """The Carrier contract over Twilio's REST API of 2010-04-01.

    Requests are signed with the API key where there is one, else with the account's token; only the account's
    own page refuses keys (carrier reference §7). A region is chosen by `base_url` alone: the library's
    environment variables for it change nothing here.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        api_key: str | None = None,
        api_secret: str | None = None,
        base_url: str = "https://api.twilio.com",
        timeout: float = 10,
    ) -> None:
        self._account_sid = account_sid
        self._token = (account_sid, auth_token)
        self._credentials = (api_key, api_secret) if api_key and api_secret else self._token
        self._base_url = base_url
        self._timeout = timeout

    @cached_property
    def _wire(self) -> "Wire":
        from hotline.telephony.wire import Wire  # noqa: PLC0415 -- `requests` only where a request is made

        return Wire(self._base_url, self._timeout)

    @cached_property
    def _client(self) -> Any:
        return self._signed_with(self._credentials)

    def _signed_with(self, credentials: tuple[str, str]) -> Any:
        from twilio.rest import Client  # noqa: PLC0415 -- 0.1 s that the web process never needs

        return Client(*credentials, self._account_sid, http_client=self._wire)

    def send_text(
        self, *, to: str, sender: str, body: str, on_receipt: str, valid_for: int | None
    ) -> SentText:
        """Hand one text over; see Carrier.send_text."""
        optional = {} if valid_for is None else {"validity_period": valid_for}
        with _understood(writing=True):
            sent = self._client.messages.create(
                to=to, from_=sender, body=body, status_callback=on_receipt, **optional
            )
            return SentText(sid=_required(sent.sid), status=sent.status or "")

    def place_call(
        self, *, to: str, sender: str, seconds: int, on_answer: str, on_status: str, on_fault: str
    ) -> PlacedCall:
        """Ring one telephone; see Carrier.place_call."""
        with _understood(writing=True):
            placed = self._client.calls.create(
                to=to,
                from_=sender,
                url=on_answer,
                fallback_url=on_fault,
                status_callback=on_status,
                timeout=seconds,
            )
            return PlacedCall(sid=_required(placed.sid), status=placed.status or "")

    def texts_to(self, to: str, since: datetime) -> list[CarrierText]:
        """Return the texts to one number; see Carrier.texts_to.

        The log's own date filter looks at the sending, which a text still waiting lacks; so we read from the
        newest back until the texts are older than `since` by more than any text waits.
        """
        texts = []
        with _understood():
            for found in self._client.messages.stream(to=to, page_size=_PAGE):
                created_at = _required(found.date_created)
                if created_at < since - _LONGEST_WAIT:
                    break
                if created_at >= since:
                    texts.append(_text(found))
        return texts

    def recordings_of(self, call_sid: str) -> list[CarrierRecording]:
        """Return the recordings of one call; see Carrier.recordings_of."""
        with _understood():
            return [_recording(found) for found in self._client.recordings.stream(call_sid=call_sid)]

    def audio(self, recording_sid: str) -> bytes:
        """Return the sound of one recording; see Carrier.audio."""
        if not is_sid(recording_sid, "RE"):
            raise TelephonyError("Cet identifiant d'enregistrement n'est pas valable.", permanent=True)
        path = f"/2010-04-01/Accounts/{self._account_sid}/Recordings/{recording_sid}.wav"
        try:
            sound = self._wire.send("GET", path, auth=self._credentials).content
        except TelephonyError as error:
            if error.code != NOT_FOUND:
                raise
            raise TelephonyError(
                "L'enregistrement n'est pas (encore) chez le prestataire téléphonique.",
                permanent=False,
                code=NOT_FOUND,
            ) from error
        if sound[:4] != b"RIFF" or sound[8:12] != b"WAVE":
            raise TelephonyError(
                "Le prestataire téléphonique a rendu autre chose qu'un son.", permanent=False
            )
        return sound

    def call(self, sid: str) -> CarrierCall | None:
        """Return one call; see Carrier.call."""
        with _understood():
            return _or_none(lambda: _call(self._client.calls(sid).fetch()))

    def own_number(self, e164: str) -> OwnNumber | None:
        """Return one of our numbers, matched in full; see Carrier.own_number."""
        with _understood():
            found = self._client.incoming_phone_numbers.stream(phone_number=e164)
            return next((_own_number(each) for each in found if each.phone_number == e164), None)

    def account_status(self) -> str:
        """Return our account's state; see Carrier.account_status."""
        with _understood():
            account = self._signed_with(self._token).api.accounts(self._account_sid).fetch()
            return str(_required(account.status))


@contextmanager
def _understood(*, writing: bool = False) -> Iterator[None]:
    """Turn an answer that the client library or we cannot read into TelephonyError."""
    from twilio.base.exceptions import TwilioException  # noqa: PLC0415 -- see _signed_with

    try:
        yield
    except (TwilioException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise TelephonyError(_UNREADABLE, permanent=False, uncertain=writing) from error


def _or_none(fetch: Callable[[], _T]) -> _T | None:
    """Return what is fetched, None when the carrier does not know it."""
    try:
        return fetch()
    except TelephonyError as error:
        if error.code == NOT_FOUND:
            return None
        raise


def _required(value: _T | None) -> _T:
    if value is None:
        raise ValueError("a field is missing")
    return value


def _seconds(text: str | None) -> int | None:
    """Return a duration, which the carrier writes as text, `-1` when it has none."""
    seconds = int(text or -1)
    return seconds if seconds >= 0 else None


def _text(found: Any) -> CarrierText:
    return CarrierText(
        sid=_required(found.sid),
        to=found.to or "",
        sender=found.from_ or "",
        body=found.body or "",
        status=found.status or "",
        error_code=None if found.error_code is None else int(found.error_code),
        created_at=_required(found.date_created),
        direction=found.direction or "",
    )


def _recording(found: Any) -> CarrierRecording:
    return CarrierRecording(
        sid=_required(found.sid),
        call_sid=_required(found.call_sid),
        duration=_seconds(found.duration),
        status=found.status or "",
        created_at=_required(found.date_created),
    )


def _call(found: Any) -> CarrierCall:
    return CarrierCall(
        sid=_required(found.sid),
        status=found.status or "",
        duration=_seconds(found.duration),
        started_at=found.start_time,
        ended_at=found.end_time,
        from_=found._from or "",  # noqa: SLF001 -- the library's only name for it
        to=found.to or "",
        direction=found.direction or "",
        parent_sid=found.parent_call_sid,
    )


def _own_number(found: Any) -> OwnNumber:
    capabilities = {name.lower(): able for name, able in (found.capabilities or {}).items()}
    return OwnNumber(
        sid=_required(found.sid),
        e164=_required(found.phone_number),
        voice_url=found.voice_url or "",
        voice_fallback_url=found.voice_fallback_url or "",
        status_callback=found.status_callback or "",
        sms_url=found.sms_url or "",
        sms_capable=bool(capabilities.get("sms")),
    )
