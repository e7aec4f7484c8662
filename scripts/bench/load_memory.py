"""What one worker holds before and after ten thousand requests, most of them odd."""

import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count, cycle, islice, product
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote_plus

from hotline.rehearsal.protocol.sign import sign
from scripts.bench import town
from scripts.bench.calls import PUBLIC_URL, TOKEN, call_form
from scripts.bench.databases import fresh
from scripts.bench.processes import memory, serving

WARMING, REQUESTS = 2_000, 10_000
MOST_GROWTH = 8.0
"""Megabytes."""
_CLIENTS = 8
_WITHIN = 15.0
_WEBHOOKS = (
    *(
        "/voice/incoming",
        "/voice/rung?attempt={}",
        "/voice/whisper?leg={}",
        "/voice/leg?leg={}",
        "/voice/pin",
    ),
    *("/voice/message?language={}", "/voice/recording", "/voice/status", "/voice/nowhere", "/sms/incoming"),
    *("/voice/bridge/announce?call={}", "/voice/tap?tap={}", "/sms/status", "/voice/fallback"),
)
_PAGES = (
    "/login?next={}",
    "/benevole?x={}",
    "/v/{}",
    "/people?q={}",
    "/invitation/{}",
    "/{}",
    "/missions.xml?{}",
)
_ODD = ("1", "9" * 30, "²", "\0", "👋" * 60, "é" * 900, "x" * 2_000, "' OR 1=1", "../../etc", "<Say>", "STOP")


@dataclass(frozen=True)
class Grown:
    """One worker's resident memory in MB, warm and after `requests` more; how these were answered."""

    requests: int
    warm: float
    after: float
    answers: dict[str, int]

    def faults(self) -> list[str]:
        """Return what must not be: growth, or a fault of ours."""
        broken = {
            status: many for status, many in self.answers.items() if not status.startswith(("2", "3", "4"))
        }
        grown = self.after - self.warm
        return [
            *([f"the worker grew by {grown:.1f} MB"] if grown > MOST_GROWTH else []),
            *(f"{many} x {status}" for status, many in broken.items()),
        ]

    def told(self) -> str:
        """Return the line that programs read."""
        return f"memory requests={self.requests} warm={self.warm:.1f}MB after={self.after:.1f}MB"


def measured(warming: int = WARMING, requests: int = REQUESTS) -> Grown:
    """Ask one worker again and again, on SQLite."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="hotline-memory-")))
        environment = town.prepare(folder, stack.enter_context(fresh("sqlite", folder)), town.opened())
        web = stack.enter_context(serving("hotline.wsgi:app", environment, folder))
        _ask(web.port, warming)
        warm = memory(web.worker)
        answers = _ask(web.port, requests)
        after = memory(web.worker)
        if warm is None or after is None:
            return Grown(requests, 0, 0, answers)
        return Grown(requests, warm.rss, after.rss, answers)


def _ask(port: int, many: int) -> dict[str, int]:
    """Send so many requests, each over a connection of its own; return how they were answered, by status."""
    sent = [request.encode("ascii") for request in _requests()]
    with ThreadPoolExecutor(_CLIENTS) as clients:
        return dict(Counter(clients.map(lambda request: _status(port, request), islice(cycle(sent), many))))


def _status(port: int, request: bytes) -> str:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_WITHIN) as connection:
            connection.sendall(request)
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    except OSError as error:
        return type(error).__name__
    return answer[9:12].decode("ascii", "replace") or "closed"


def _requests() -> Iterator[str]:
    for number, (odd, path) in zip(count(1), product(_ODD, (*_WEBHOOKS, *_PAGES)), strict=False):
        target = path.format(quote_plus(odd))
        if path in _PAGES:
            yield f"GET {target} HTTP/1.1\r\nHost: ligne.exemple.fr\r\nConnection: close\r\n\r\n"
            continue
        form = {
            **call_form(number),
            "MessageSid": f"SM{number:032x}",
            "Body": odd,
            "Digits": odd,
            "From": odd,
        }
        body = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in form.items())
        yield "\r\n".join(
            [
                f"POST {target} HTTP/1.1",
                "Host: ligne.exemple.fr",
                "Connection: close",
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
                f"X-Twilio-Signature: {sign(TOKEN, PUBLIC_URL + target, form.items())}",
                "",
                body,
            ]
        )
