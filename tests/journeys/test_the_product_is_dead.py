"""Nothing of ours answers: the two documents on another host take the message, and the carrier keeps it."""

import socket
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from hotline.cli import main
from hotline.cli.stage import LINE, PUBLIC_URL, Stage
from hotline.rehearsal.phones import Phone
from tests.databases import on_sqlite

pytestmark = on_sqlite
ODETTE = "+33199000201"


class Files(SimpleHTTPRequestHandler):
    """A host of files, as there are many: it takes no form, and sets a cookie."""

    def log_message(self, *_words: object) -> None:
        """Say nothing."""

    def end_headers(self) -> None:
        self.send_header("Set-Cookie", "seen=1; Path=/")
        super().end_headers()


@pytest.fixture
def host(town: Stage, tmp_path: Path) -> Iterator[str]:
    """A host on which the printed documents lie; its address."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, words in (("secours.xml", []), ("merci.xml", ["--thanks"])):
        printed = CliRunner().invoke(main, ["fallback-document", *words], obj=town.hotline)
        (folder / name).write_text(printed.output, encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/secours.xml"
        server.shutdown()
        thread.join()


@pytest.fixture
def odette(town: Stage, host: str) -> Phone:
    """Odette phones a line of which nothing answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        town.exchange.route[PUBLIC_URL] = f"http://127.0.0.1:{probe.getsockname()[1]}"
    fallback = town.exchange.numbers[LINE].voice_fallback
    fallback.url, fallback.method = host, "GET"
    odette = town.phone(ODETTE)
    odette.dial(LINE)
    for _ in range(60):
        if odette.prompt == "record":
            break
        town.exchange.advance(1)
    return odette


def said(phone: Phone) -> list[str]:
    return [words for _, words in phone.heard if words != "(bip)"]


def kept(town: Stage) -> tuple[float, str]:
    """What the carrier holds: one recording of one call, which is over."""
    (recording,) = town.exchange.recordings.values()
    call = town.exchange.calls[recording.call_sid]
    assert (call.status, call.from_) == ("completed", ODETTE)
    town.exchange.warnings.clear()
    return recording.duration, recording.status


def test_a_message_is_taken_and_the_carrier_keeps_it(town: Stage, odette: Phone) -> None:
    odette.speak(6)
    town.exchange.advance(7)
    odette.hang_up()
    town.exchange.advance(30)
    assert kept(town) == (6, "completed")
    (sorry,) = said(odette)
    assert "une panne" in sorry
    assert "112" in sorry


def test_who_stops_speaking_is_thanked_once_and_the_call_ends(town: Stage, odette: Phone) -> None:
    odette.speak(6)
    town.exchange.advance(60)
    assert odette.state == "idle"
    assert "Merci de votre message" in said(odette)[-1]
    assert len(said(odette)) == 2, "and is not asked again and again"
    assert kept(town) == (6, "completed")


def test_a_message_has_an_end(town: Stage, odette: Phone) -> None:
    odette.speak(1000)
    town.exchange.advance(600)
    assert odette.state == "idle"
    seconds, status = kept(town)
    assert status == "completed"
    assert 290 < seconds <= 300
