"""Many clients played by one thread, each with a kept-alive connection and one request at a time.

`python -m scripts.bench.load` reads an order on stdin and writes a tally on stdout, both in JSON; only the
standard library is imported, so that the generator stays much cheaper than what it measures.
"""

import json
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice

PATIENCE = 15.0
_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Order:
    """Send `requests`, cycled up to `count`, for `seconds`; a right answer is a 200 with `expected`."""

    port: int
    clients: int
    seconds: float
    count: int
    expected: str
    requests: list[str]


@dataclass
class Tally:
    """What came back: right answers by their latency in ms, wrong ones by their status; times in seconds."""

    latencies: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    elapsed: float = 0.0
    cpu: float = 0.0


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._received = b""

    def send(self, request: bytes) -> None:
        """Send a request; its time runs from here."""
        self._received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def answer(self) -> bytes | None:
        """Take what has arrived, return the answer once whole; raises ConnectionError at an early end."""
        chunk = self.socket.recv(65536)
        if not chunk:
            raise ConnectionError
        self._received += chunk
        head, end, body = self._received.partition(_HEAD_END)
        return self._received if end and len(body) >= _length(head) else None


def play(order: Order) -> Tally:
    """Carry out an order. Each client sends its next request as soon as it has its answer."""
    tally, begin, cpu = Tally(), time.perf_counter(), time.process_time()
    requests = _until(begin + order.seconds, islice(cycle(order.requests), order.count))
    with selectors.DefaultSelector() as waiting:
        for _ in range(order.clients):
            client = Client(order.port)
            waiting.register(client.socket, selectors.EVENT_READ, client)
            _next(client, requests, waiting)
        while waiting.get_map():
            ready = waiting.select(PATIENCE)
            if not ready:
                tally.failures["no answer"] += len(waiting.get_map())
                break
            for key, _ in ready:
                _take(key.data, order.expected.encode(), tally, requests, waiting)
    tally.elapsed, tally.cpu = time.perf_counter() - begin, time.process_time() - cpu
    return tally


def _until(end: float, requests: Iterator[str]) -> Iterator[bytes]:
    for request in requests:
        if time.perf_counter() >= end:
            return
        yield request.encode("ascii")


def _take(
    client: Client,
    expected: bytes,
    tally: Tally,
    requests: Iterator[bytes],
    waiting: selectors.BaseSelector,
) -> None:
    try:
        answer = client.answer()
    except ConnectionError:
        tally.failures["closed"] += 1
        waiting.unregister(client.socket)
        return
    if answer is None:
        return
    took = (time.perf_counter() - client.sent_at) * 1000
    status = answer[9:12].decode("ascii", "replace")
    if status == "200" and expected in answer:
        tally.latencies.append(took)
    else:
        tally.failures[status] += 1
    _next(client, requests, waiting)


def _next(client: Client, requests: Iterator[bytes], waiting: selectors.BaseSelector) -> None:
    request = next(requests, None)
    if request is None:
        waiting.unregister(client.socket)
        client.socket.close()
    else:
        client.send(request)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


if __name__ == "__main__":
    json.dump(vars(play(Order(**json.load(sys.stdin)))), sys.stdout)
