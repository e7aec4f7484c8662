"""A tiny product that answers what each test wants, and the carrier's client library sent to the stand-in."""

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from flask import Response, request
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from werkzeug.serving import WSGIRequestHandler

ACCOUNT = "AC" + "0f" * 16
TOKEN = "a-token-for-the-rehearsal"
LINE = "+33199000100"
START = datetime(2027, 3, 2, 14, 0, tzinfo=UTC)


@dataclass
class Seen:
    """One request that reached the product."""

    path: str
    method: str
    params: dict[str, str]
    headers: dict[str, str]
    signed: bool


@dataclass
class Product:
    """What the tiny product answers by path (text, response or function), and what it was asked."""

    base: str = ""
    signed_base: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    def says(self, path: str, verbs: str) -> None:
        """Answer `path` with these verbs."""
        self.answers[path] = f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>'

    def asked(self, path: str) -> list[dict[str, str]]:
        """Return the parameters of each request to `path`."""
        return [seen.params for seen in self.seen if seen.path == path]

    def answer(self) -> Response:
        """Note the request, check its signature with the carrier's own library, and answer it."""
        url = (self.signed_base or self.base) + request.full_path.removesuffix("?")
        form = request.form if request.method == "POST" else {}
        signature = request.headers.get("X-Twilio-Signature", "")
        signed = RequestValidator(TOKEN).validate(url, form, signature)
        self.seen.append(
            Seen(request.path, request.method, request.values.to_dict(), dict(request.headers), signed)
        )
        answer = self.answers.get(request.path, "<Response/>")
        if isinstance(answer, str):
            return Response(answer, mimetype="text/xml")
        return answer if isinstance(answer, Response) else answer()


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.0"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None: ...


class Loopback(TwilioHttpClient):  # type: ignore[misc]
    """The library's own client, its requests sent to the stand-in."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=10)
        self.base = urlsplit(base)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        parts = urlsplit(url)
        there = urlunsplit((self.base.scheme, self.base.netloc, parts.path, parts.query, ""))
        return super().request(method, there, *args, **kwargs)


def free_address() -> str:
    """Return a loopback address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def refusal(action: Callable[[], Any]) -> tuple[int, int]:
    """Return the HTTP status and the error number with which the library reports a refusal."""
    with pytest.raises(TwilioRestException) as caught:
        action()
    return caught.value.status, caught.value.code
