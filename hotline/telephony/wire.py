"""HTTP to the carrier: one host, no redirects, no repeats; whatever goes wrong is a TelephonyError."""

import json
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError

from hotline.telephony.base import TelephonyError
from hotline.telephony.errors import refusal

_UNREACHABLE: Final = (
    "Le prestataire téléphonique est injoignable : vérifiez la connexion de ce serveur à Internet."
)
_NO_ANSWER: Final = "Le prestataire téléphonique n'a pas répondu à temps ou a coupé la connexion."
_UNREADABLE: Final = (
    "Le prestataire téléphonique a donné une réponse illisible : vérifiez TWILIO_API_BASE_URL."
)
_ELSEWHERE: Final = (
    "Le prestataire téléphonique renvoie vers une autre adresse : vérifiez TWILIO_API_BASE_URL."
)
_UNSENT: Final = (
    "La demande au prestataire téléphonique n'a pas pu être écrite : vérifiez TWILIO_API_BASE_URL."
)

Credentials = tuple[str, str]


class Answer:
    """What twilio's client reads of an answer: status, text, headers."""

    def __init__(self, response: requests.Response) -> None:
        self.status_code = response.status_code
        self.text = response.text
        self.headers = response.headers
        self.ok = True


class Wire:
    """Speaks to `base_url` and nowhere else, waiting `timeout` seconds for a connection and for every byte.

    It has the shape of twilio's HTTP client; the library's own keeps the last answer in a shared attribute
    (two threads may read each other's), logs personal data and loses the Retry-After header.
    """

    is_async = False

    def __init__(self, base_url: str, timeout: float) -> None:
        base = urlsplit(base_url)
        self._origin = (base.scheme, base.netloc)
        self._timeout = timeout
        self._session = requests.Session()
        self._session.trust_env = not is_loopback(base.hostname)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=0, pool_maxsize=32))

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: Credentials | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Answer:
        """Do one request of twilio's client and return a JSON answer. Raises TelephonyError."""
        del timeout, allow_redirects
        response = self.send(method, url, params=params, data=data, headers=headers, auth=auth)
        if response.status_code != 204 and not isinstance(_json(response), dict):
            raise TelephonyError(_UNREADABLE, permanent=False, uncertain=_writes(method))
        return Answer(response)

    def send(self, method: str, url: str, **details: Any) -> requests.Response:
        """Do one request, whatever host `url` names, and return the answer in 2xx. Raises TelephonyError."""
        parts = urlsplit(url)
        try:
            response = self._session.request(
                method,
                urlunsplit((*self._origin, parts.path, parts.query, "")),
                timeout=self._timeout,
                allow_redirects=False,
                **details,
            )
        except requests.RequestException as error:
            raise broken(error, writing=_writes(method)) from error
        if 300 <= response.status_code < 400:
            raise TelephonyError(_ELSEWHERE, permanent=False)
        if not response.ok:
            raise refusal(
                status=response.status_code,
                answer=_json(response),
                headers=response.headers,
                writing=_writes(method),
            )
        return response


def _writes(method: str) -> bool:
    return method.upper() != "GET"


def _json(response: requests.Response) -> object:
    """Return the decoded JSON of an answer, None when it is none."""
    try:
        answer: object = json.loads(response.content)
    except ValueError:
        return None
    return answer


def broken(error: requests.RequestException, *, writing: bool) -> TelephonyError:
    """Return the error for an exchange that was not completed; uncertain unless it certainly never left."""
    if isinstance(error, ValueError):
        return TelephonyError(_UNSENT, permanent=True)
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(error, requests.ConnectTimeout) or isinstance(
        reason, (NewConnectionError, ConnectTimeoutError, ProxyError)
    ):
        return TelephonyError(_UNREACHABLE, permanent=False)
    return TelephonyError(_NO_ANSWER, permanent=False, uncertain=writing)


def is_loopback(host: str | None) -> bool:
    """Tell whether a host is this very machine."""
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False
