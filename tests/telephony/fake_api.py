"""A carrier's API on loopback that answers exactly what a test tells it to, or breaks off."""

import json
import socket
from base64 import b64decode
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    form: Mapping[str, list[str]]
    user: str
    host: str


@dataclass(frozen=True)
class Reply:
    """One answer; `content` is sent as JSON unless it is bytes already."""

    status: int
    content: Any
    headers: Mapping[str, str]


DROP = "drop the connection without a word"
SILENCE = "never answer"
Rule = Reply | str | Callable[[Asked], Reply]


def reply(content: Any, status: int = 200, **headers: str) -> Reply:
    """An answer; header names take underscores."""
    return Reply(status, content, {name.replace("_", "-"): value for name, value in headers.items()})


class FakeApi:
    """Serves the queued rules one by one, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.rules: deque[Rule] = deque()
        self.over = Event()
        api = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                api.serve(self)

            do_GET = do_POST = handle_any  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def then(self, *rules: Rule) -> None:
        """Answer the next requests so."""
        self.rules.extend(rules)

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        asked = _read(handler)
        self.asked.append(asked)
        rule = self.rules.popleft()
        if rule == SILENCE:
            self.over.wait(30)
            handler.close_connection = True
        elif rule == DROP:
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
        else:
            assert not isinstance(rule, str)
            _answer(handler, rule if isinstance(rule, Reply) else rule(asked))


def _read(handler: BaseHTTPRequestHandler) -> Asked:
    parts = urlsplit(handler.path)
    body = handler.rfile.read(int(handler.headers.get("Content-Length", 0))).decode()
    credentials = b64decode(handler.headers["Authorization"].removeprefix("Basic ")).decode()
    return Asked(
        method=handler.command,
        path=parts.path,
        query=parse_qs(parts.query),
        form=parse_qs(body, keep_blank_values=True),
        user=credentials,
        host=handler.headers["Host"],
    )


def _answer(handler: BaseHTTPRequestHandler, answer: Reply) -> None:
    content = answer.content if isinstance(answer.content, bytes) else json.dumps(answer.content).encode()
    handler.send_response(answer.status)
    for name, value in {"Content-Length": str(len(content)), **answer.headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(content)
