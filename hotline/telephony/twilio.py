"""Twilio as carrier, through its own client library, which is loaded at the first request only."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

from hotline.telephony import resources
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
_LARGE_PAGE: Final = 500
_ALL_COUNTRIES: Final = 1000
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
        return self._opened(self._base_url)

    def _opened(self, base_url: str) -> "Wire":
        from hotline.telephony.wire import Wire  # noqa: PLC0415 -- `requests` only where a request is made

        return Wire(base_url, self._timeout)

    @cached_property
    def _client(self) -> Any:
        return self._signed_with(self._credentials)

    def _signed_with(self, credentials: tuple[str, str], wire: "Wire | None" = None) -> Any:
        from twilio.rest import Client  # noqa: PLC0415 -- 0.1 s that the web process never needs

        return Client(*credentials, self._account_sid, http_client=wire or self._wire)

    def send_text(
        self, *, to: str, sender: str, body: str, on_receipt: str, valid_for: int | None
    ) -> SentText:
        """Hand one text over; see Carrier.send_text."""
        optional = {} if valid_for is None else {"validity_period": valid_for}
        with _understood(writing=True):
            sent = self._client.messages.create(
                to=to, from_=sender, body=body, status_callback=on_receipt, **optional
            )
            return SentText(sid=resources.required(sent.sid), status=sent.status or "")

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
            return PlacedCall(sid=resources.required(placed.sid), status=placed.status or "")

    def texts_to(self, to: str, since: datetime) -> list[CarrierText]:
        """Return the texts to one number; see Carrier.texts_to.

        The log's own date filter looks at the sending, which a text still waiting lacks; so we read from the
        newest back until the texts are older than `since` by more than any text waits.
        """
        texts = []
        with _understood():
            for found in self._client.messages.stream(to=to, page_size=_PAGE):
                created_at = resources.required(found.date_created)
                if created_at < since - _LONGEST_WAIT:
                    break
                if created_at >= since:
                    texts.append(resources.text(found))
        return texts

    def recordings_of(self, call_sid: str) -> list[CarrierRecording]:
        """Return the recordings of one call; see Carrier.recordings_of."""
        with _understood():
            return [resources.recording(found) for found in self._client.recordings.stream(call_sid=call_sid)]

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
            return _or_none(lambda: resources.call(self._client.calls(sid).fetch()))

    def calls_to(self, to: str, since: datetime) -> list[CarrierCall]:
        """Return the calls that we placed to one number; see Carrier.calls_to."""
        day = since.astimezone(UTC).date().isoformat()
        with _understood():
            listed = self._client.calls.stream(to=to, start_time_after=day, page_size=_PAGE)
            found = [resources.call(each) for each in listed]
        placed = (one for one in found if one.parent_sid is None and one.direction.startswith("outbound"))
        return [one for one in reversed(list(placed)) if one.started_at is None or one.started_at >= since]

    def calls_on(self, day: date, to: str) -> Iterator[CarrierCall]:
        """Give the calls of a day; see Carrier.calls_on."""
        with _understood():
            for found in self._client.calls.stream(to=to, start_time=day.isoformat(), page_size=_LARGE_PAGE):
                yield resources.call(found)

    def texts_on(self, day: date) -> Iterator[CarrierText]:
        """Give the texts of a day; see Carrier.texts_on."""
        with _understood():
            for found in self._client.messages.stream(date_sent=day.isoformat(), page_size=_LARGE_PAGE):
                yield resources.text(found)

    def recordings_on(self, day: date) -> Iterator[CarrierRecording]:
        """Give the recordings of a day; see Carrier.recordings_on."""
        with _understood():
            for found in self._client.recordings.stream(date_created=day.isoformat(), page_size=_LARGE_PAGE):
                yield resources.recording(found)

    def own_number(self, e164: str) -> OwnNumber | None:
        """Return one of our numbers, matched in full; see Carrier.own_number."""
        with _understood():
            found = self._client.incoming_phone_numbers.stream(phone_number=e164)
            return next((resources.own_number(each) for each in found if each.phone_number == e164), None)

    def change_number(self, sid: str, changes: Mapping[str, str]) -> None:
        """Set some of a number's settings; see Carrier.change_number."""
        with _understood(writing=True):
            self._client.incoming_phone_numbers(sid).update(**changes)

    def countries_open(self) -> frozenset[str] | None:
        """Return the countries that may be called, which only the carrier's own second host knows."""
        wire = self._permissions_wire()
        if wire is None:
            return None
        with _understood():
            client = self._signed_with(self._credentials, wire)
            asked = client.voice.v1.dialing_permissions.countries
            found = asked.stream(low_risk_numbers_enabled=True, page_size=_ALL_COUNTRIES)
            return frozenset(
                resources.required(each.iso_code) for each in found if each.low_risk_numbers_enabled
            )

    def _permissions_wire(self) -> "Wire | None":
        """Return the way to the voice API: a host of its own at the carrier's, the same for a stand-in."""
        from hotline.telephony.wire import is_loopback  # noqa: PLC0415 -- see _opened

        host = urlsplit(self._base_url).hostname
        if host == "api.twilio.com":
            return self._opened("https://voice.twilio.com")
        return self._wire if is_loopback(host) else None

    def account_status(self) -> str:
        """Return our account's state; see Carrier.account_status."""
        with _understood():
            account = self._signed_with(self._token).api.accounts(self._account_sid).fetch()
            return str(resources.required(account.status))


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
