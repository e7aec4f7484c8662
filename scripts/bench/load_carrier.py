"""A carrier that only serves, in a process of its own: takes texts, tells what became of them, gives sounds.

`python -m scripts.bench.load_carrier FILE PORT` prints its own port and posts its news to the line's PORT.
The stand-in of the rehearsal plays a town on one clock; here hundreds of calls go on at once. What it was
given is in FILE, a line a text.
"""

import http.client
import json
import queue
import re
import sys
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from hotline.rehearsal.audio import imitation, wav
from scripts.bench.calls import ACCOUNT, PUBLIC_URL
from scripts.bench.load_play import request

RECORDING = re.compile(r"/Recordings/(RE[0-9a-f]{32})\.wav")
SOUND = wav(imitation(8))
_SENT = count(1)
_News = queue.Queue[tuple[str, dict[str, str]]]


class Carrier(ThreadingHTTPServer):
    """The carrier's API, as much of it as the clock asks for."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, ledger: Path, line: int) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.ledger, self.line, self.news = ledger.open("a", buffering=1), line, _News()
        threading.Thread(target=self._tell, daemon=True).start()

    def _tell(self) -> None:
        """Post the receipts, one after another, as long as the process lives."""
        while True:
            path, form = self.news.get()
            connection = http.client.HTTPConnection("127.0.0.1", self.line, timeout=15)
            head, _, body = request(path, form).partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
            connection.request("POST", path, body, headers)
            connection.getresponse().read()
            connection.close()


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Carrier

    def do_GET(self) -> None:
        if RECORDING.search(self.path):
            self._answer(200, SOUND, "audio/x-wav")
        elif "/Calls/" in self.path:
            self._answer(404, json.dumps({"code": 20404, "message": "not found", "status": 404}).encode())
        else:
            kind = "recordings" if "/Recordings" in self.path else "messages"
            self._answer(200, json.dumps({kind: [], "next_page_uri": None, "page": 0}).encode())

    def do_POST(self) -> None:
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        sid = f"SM{next(_SENT) + (1 << 64):032x}"
        self.server.ledger.write(json.dumps({"sid": sid, "to": form["To"], "body": form["Body"]}) + "\n")
        about = {"sid": sid, "account_sid": ACCOUNT, "status": "queued", "date_created": formatdate()}
        self._answer(201, json.dumps(about).encode())
        where = urlsplit(form["StatusCallback"].removeprefix(PUBLIC_URL))
        for status in ("sent", "delivered"):
            news = {"MessageSid": sid, "MessageStatus": status, "AccountSid": ACCOUNT}
            self.server.news.put((where.path, news))

    def _answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until told to stop."""
    carrier = Carrier(Path(sys.argv[1]), int(sys.argv[2]))
    print(carrier.server_port, flush=True)
    carrier.serve_forever()


if __name__ == "__main__":
    main()
