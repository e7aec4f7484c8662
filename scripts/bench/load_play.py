"""Many lives at once, played by one thread: `python -m scripts.bench.load_play`, an order in, answers out.

Every webhook has a connection of its own and leaves when its time has come, whether earlier ones were
answered or not; its latency runs from the connection to the last byte.
"""

import heapq
import json
import selectors
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode

from hotline.rehearsal.protocol.sign import sign
from scripts.bench.calls import PUBLIC_URL, TOKEN
from scripts.bench.load_lives import Life, Lives, Step

PATIENCE = 15.0
ARRIVING = 20
"""Calls a second until as many as ordered are going on; then each one that ends makes room for the next."""


@dataclass(frozen=True)
class Shape:
    """How much: calls going on at once, texts a second, and for how many seconds new ones arrive.

    At `pace` 1 telephones ring and people speak as long as in life: a call goes on for two minutes.
    """

    calls: int
    texts: int
    seconds: float
    pace: float = 1.0


@dataclass
class Answer:
    """One webhook: when it was sent since the beginning, how long it took (ms), and its status."""

    at: float
    kind: str
    took: float
    status: str


@dataclass
class _Asked:
    connection: socket.socket
    life: Life
    sid: str
    kind: str
    sent_at: float
    received: bytearray = field(default_factory=bytearray)


@dataclass
class Player:
    """The generator's loop."""

    port: int
    shape: Shape
    lives: Lives
    answers: list[Answer] = field(default_factory=list)
    latest: float = 0.0

    def __post_init__(self) -> None:
        self._waiting = selectors.DefaultSelector()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order, self._began = count(), time.perf_counter()

    def play(self) -> None:
        """Play until the last life is over."""
        for number in range(self.shape.calls):
            self._at(number / ARRIVING, self._next_call)
        for number in range(int(self.shape.texts * self.shape.seconds)):
            self._at(number / self.shape.texts, lambda: self._go_on(*self.lives.text()))
        while self._due or self._waiting.get_map():
            self._leave()
            for key, _ in self._waiting.select(self._until_next()):
                self._take(key.data)
            self._give_up()

    def _now(self) -> float:
        return time.perf_counter() - self._began

    def _at(self, moment: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._due, (moment, next(self._order), act))

    def _until_next(self) -> float:
        return min(max(self._due[0][0] - self._now(), 0), 1) if self._due else 1

    def _leave(self) -> None:
        """Let everything leave whose time has come."""
        while self._due and self._due[0][0] <= self._now():
            moment, _, act = heapq.heappop(self._due)
            self.latest = max(self.latest, self._now() - moment)
            act()

    def _next_call(self) -> None:
        if self._now() < self.shape.seconds:
            self._go_on(*self.lives.call())

    def _go_on(self, sid: str, life: Life) -> None:
        step = next(life, None)
        if step is not None:
            self._at(self._now() + step.after * self.shape.pace, lambda: self._send(sid, life, step))
        elif sid.startswith("CA"):
            self._next_call()

    def _send(self, sid: str, life: Life, step: Step) -> None:
        asked = _Asked(socket.socket(), life, sid, step.kind, self._now())
        asked.connection.settimeout(PATIENCE)
        try:
            asked.connection.connect(("127.0.0.1", self.port))
            asked.connection.sendall(request(step.path, step.form))
        except OSError as error:
            asked.connection.close()
            self._end(asked, type(error).__name__)
            return
        self._waiting.register(asked.connection, selectors.EVENT_READ, asked)

    def _take(self, asked: _Asked) -> None:
        try:
            chunk = asked.connection.recv(65_536)
        except OSError:
            chunk = b""
        asked.received += chunk
        if not chunk:
            self._close(asked, asked.received[9:12].decode("ascii", "replace") or "closed")

    def _close(self, asked: _Asked, status: str) -> None:
        self._waiting.unregister(asked.connection)
        asked.connection.close()
        self.lives.heard(asked.sid, asked.received.partition(b"\r\n\r\n")[2].decode("utf-8", "replace"))
        self._end(asked, status)

    def _end(self, asked: _Asked, status: str) -> None:
        self.answers.append(Answer(asked.sent_at, asked.kind, (self._now() - asked.sent_at) * 1000, status))
        self._go_on(asked.sid, asked.life)

    def _give_up(self) -> None:
        """Nobody waits for ever: what is not answered in time is a failure."""
        for key in list(self._waiting.get_map().values()):
            if self._now() - key.data.sent_at > PATIENCE:
                self._close(key.data, "no answer")


def request(path: str, form: dict[str, str]) -> bytes:
    """Return a signed webhook, ready to be sent."""
    body = urlencode(form)
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: ligne.exemple.fr",
        "User-Agent: TwilioProxy/1.1",
        "Connection: close",
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8",
        f"Content-Length: {len(body)}",
        f"X-Twilio-Signature: {sign(TOKEN, PUBLIC_URL + path, form.items())}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode("ascii")


def main() -> None:
    """Carry out the order on the input."""
    order = json.load(sys.stdin)
    player = Player(order["port"], Shape(**order["shape"]), Lives(order["first"]))
    player.play()
    json.dump(
        {
            "answers": [vars(answer) for answer in player.answers],
            "calls": player.lives.calls,
            "recordings": player.lives.recordings,
            "texts": player.lives.texts,
            "latest": player.latest,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
