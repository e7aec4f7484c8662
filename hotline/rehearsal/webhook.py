"""Asks the product, as the carrier does: signed, with time-outs and retries, on loopback and nowhere else."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit, urlunsplit

import requests

from hotline.rehearsal.protocol.sign import sign, signed_url
from hotline.rehearsal.signals import Answer, WebhookRequest

if TYPE_CHECKING:
    from hotline.rehearsal.exchange import Exchange

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
MOST_REDIRECTS = 10
LARGEST_BODY = 64 * 1024
HEADERS = {"User-Agent": "TwilioProxy/1.1", "Accept": "*/*", "X-Home-Region": "us1"}
BAD_ADDRESS, FAILED, UNREACHABLE, REDIRECTED_TOO_OFTEN = 11100, 11200, 11205, 11215


@dataclass(frozen=True)
class Patience:
    """The connection overrides of one address (carrier reference §1): seconds, retries, what is retried."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    retried: frozenset[str] = frozenset({"ct"})

    @classmethod
    def of(cls, url: str) -> Patience:
        """Read the fragment of `url`; what is absent or out of range keeps its default."""
        given = {name: values[-1] for name, values in parse_qs(urlsplit(url).fragment).items()}
        return cls(
            connect=_number(given, "ct", 100, 10000, 5000) / 1000,
            read=_number(given, "rt", 100, 15000, 15000) / 1000,
            total=_number(given, "tt", 100, 15000, 15000) / 1000,
            retries=_number(given, "rc", 0, 5, 1),
            retried=frozenset(given.get("rp", "ct").split(",")),
        )

    def retries_on(self, failure: str) -> bool:
        """Tell whether a failure of this kind (ct, rt, 4xx, 5xx) is worth another try."""
        return failure in self.retried or "all" in self.retried


@dataclass(frozen=True)
class Asked:
    """One request as it leaves: the pairs of a GET travel in its address."""

    method: str
    url: str
    signed: str
    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, url: str, method: str, pairs: tuple[tuple[str, str], ...], *, voice: bool) -> Asked:
        """Return the request for `url` as configured; voice over HTTPS is signed without the port."""
        parts = urlsplit(url)
        query = parts.query
        if method == "GET" and pairs:
            query = "&".join(filter(None, (query, urlencode(pairs))))
        asked = signed_url(urlunsplit((parts.scheme, parts.netloc, parts.path, query, "")))
        return cls(method, asked, signed_url(asked, drop_port=voice and parts.scheme == "https"), pairs)

    @property
    def body(self) -> bytes | None:
        """Return the form to send, None for a GET."""
        return urlencode(self.pairs).encode() if self.method == "POST" else None


class WebClient:
    """The exchange's way to the product. Keeps no lock while waiting."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def delay(self, url: str) -> float:
        """Return the seconds of simulated time that requests to `url` are held back."""
        path = urlsplit(url).path
        held = self._exchange.faults.webhook_delay
        return max((seconds for prefix, seconds in held.items() if path.startswith(prefix)), default=0.0)

    def send(self, request: WebhookRequest) -> Answer:
        """Make one request, with its retries and redirects; never raises."""
        path, faults = urlsplit(request.url).path, self._exchange.faults
        if not request.url.startswith(("http://", "https://")):
            return Answer(request.url, error=BAD_ADDRESS)
        if any(path.startswith(prefix) for prefix in faults.webhook_lost):
            return Answer(request.url, error=UNREACHABLE)
        token = str(uuid.uuid4())
        answer = self._with_retries(request, token)
        if any(path.startswith(prefix) for prefix in faults.webhook_twice):
            answer = self._with_retries(request, token)
        return answer

    def _with_retries(self, request: WebhookRequest, token: str) -> Answer:
        patience = Patience.of(request.url)
        deadline = time.monotonic() + patience.total
        for _ in range(patience.retries):
            answer, failure = self._follow(request, token, patience)
            if not failure or not patience.retries_on(failure) or time.monotonic() >= deadline:
                return answer
        return self._follow(request, token, patience)[0]

    def _follow(self, request: WebhookRequest, token: str, patience: Patience) -> tuple[Answer, str]:
        """Ask, and go where the answer points: from there on the verb's own parameters are lost."""
        url, method, pairs = request.url, request.method, (*request.params, *request.verb_params)
        for _ in range(MOST_REDIRECTS + 1):
            asked = Asked.of(url, method, pairs, voice=request.voice)
            try:
                response = self._once(asked, request.cookies, token, patience)
            except requests.RequestException as fault:
                late = isinstance(fault, requests.ReadTimeout) or "Read timed out" in str(fault)
                return Answer(url, error=FAILED if late else UNREACHABLE), "rt" if late else "ct"
            if not response.is_redirect:
                return _judged(url, response)
            url, pairs = urljoin(url, response.headers["Location"]), request.params
            method = method if response.status_code in {307, 308} else "GET"
        return Answer(url, error=REDIRECTED_TOO_OFTEN), ""

    def _once(
        self, asked: Asked, cookies: dict[str, str], token: str, patience: Patience
    ) -> requests.Response:
        headers = {**HEADERS, "I-Twilio-Idempotency-Token": token, **self._signature(asked)}
        if asked.body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        began, status, text = time.monotonic(), 0, ""
        try:
            with requests.Session() as session:
                session.trust_env = False
                response = session.request(
                    asked.method,
                    self._reachable(asked.url),
                    data=asked.body,
                    headers=headers,
                    cookies=cookies,
                    timeout=(patience.connect, min(patience.read, patience.total)),
                    allow_redirects=False,
                    verify=self._exchange.authority or True,
                )
            status, text = response.status_code, _readable(response)
            cookies.update({cookie.name: cookie.value or "" for cookie in response.cookies})
            return response
        finally:
            milliseconds = round((time.monotonic() - began) * 1000)
            self._exchange.log_webhook(asked, status, milliseconds, text)

    def _signature(self, asked: Asked) -> dict[str, str]:
        pairs = asked.pairs if asked.method == "POST" else ()
        key = next(iter(self._exchange.shared_keys.items()), None)
        if key is None:
            return {"X-Twilio-Signature": sign(self._exchange.auth_token, asked.signed, pairs)}
        return {
            "X-Twilio-Signature": sign(key[1], asked.signed, pairs, digest="sha256"),
            "X-Twilio-Webhooks-Signature-Settings": f"key={key[0]},algorithm=HMAC_SHA256",
        }

    def _reachable(self, url: str) -> str:
        """Return where to connect for `url`; ConnectionError when that is not this machine."""
        for public, loopback in self._exchange.route.items():
            if url == public or url.startswith(public.rstrip("/") + "/"):
                url = loopback.rstrip("/") + url[len(public.rstrip("/")) :]
                break
        if urlsplit(url).hostname not in LOOPBACK:
            self._exchange.notice(UNREACHABLE, "la répétition ne sort jamais de cette machine", url=url)
            raise requests.ConnectionError(f"not on loopback: {url}")
        return url


def _readable(response: requests.Response) -> str:
    """Return what an answer says; of a sound there is nothing to read."""
    return "" if response.headers.get("Content-Type", "").startswith("audio/") else response.text


def _judged(url: str, response: requests.Response) -> tuple[Answer, str]:
    """Return the answer, and the kind of failure that its status is."""
    status, kind = response.status_code, response.headers.get("Content-Type", "")
    failure = "" if status < 400 else "4xx" if status < 500 else "5xx"
    return Answer(url, status, response.content, kind, error=FAILED if failure else 0), failure


def _number(given: dict[str, str], name: str, least: int, most: int, default: int) -> int:
    text = given.get(name, "")
    return int(text) if text.isdigit() and least <= int(text) <= most else default
