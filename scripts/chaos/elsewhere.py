"""Another host, with the two documents by which the carrier takes a message when nothing of ours answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from callflows import fallback
from hotline.services.line import Line

FIRST = "secours.xml"


class _Documents(SimpleHTTPRequestHandler):
    """Gives a file to whoever asks, in either way."""

    extensions_map = {".xml": "text/xml"}  # noqa: RUF012 - the library's own name

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def hosted(line: Line, folder: Path) -> Iterator[str]:
    """Serve the documents of a line; give the address of the first."""
    rules = line.config.voicemail
    longest, silence = (int(each.total_seconds()) for each in (rules.longest, rules.silence))
    folder.mkdir()
    (folder / FIRST).write_text(fallback.take_message(line.words, longest=longest, silence=silence))
    (folder / fallback.THANKS).write_text(fallback.thanks(line.words))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Documents, directory=str(folder)))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{FIRST}"
    finally:
        server.shutdown()
        server.server_close()
