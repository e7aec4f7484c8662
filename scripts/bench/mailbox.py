"""A full mailbox, read by the clock's own process from a real server: how fast, in how much memory.

By hand: `python -m scripts.bench.mailbox [mails]` (Debian's dovecot-imapd must be there).
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.models import Mail
from hotline.services import heartbeats
from hotline.settings import load
from scripts.bench import town
from scripts.bench.databases import fresh
from scripts.bench.processes import cpu_seconds, memory, ticking
from tests.dovecot import Box, served

MAILS = 10_000
WRITERS = 4_000
PATIENCE = 900.0
_PAUSE = 0.1
_WORDS = "Bonjour, je suis seule depuis longtemps et j'aimerais que l'on m'appelle. " * 12


@dataclass(frozen=True)
class Reading:
    """How long it took to read so many mails, the most memory held, and how long others waited to write."""

    mails: int
    seconds: float
    cpu: float
    megabytes: float
    wait_p95: float
    wait_most: float


def measured(kind: str = "sqlite", mails: int = MAILS) -> Reading:
    """Fill a mailbox, start the clock, wait until all is read."""
    with TemporaryDirectory(prefix="hotline-bench-") as name, served() as server:
        folder, box = Path(name), server.box()
        fill(box, mails)
        with fresh(kind, folder) as url:
            environment = town.prepare(folder, url, town.closed(datetime.now(UTC)))
            environment |= {
                "HOTLINE_IMAP_URL": box.url,
                "HOTLINE_SMTP_URL": "smtp://127.0.0.1:9",
                "HOTLINE_MAIL_ADDRESS": "onseparle@exemple.fr",
            }
            with _opened(environment) as hotline, ticking(environment, folder) as clock:
                return _watched(hotline, clock, mails)


def fill(box: Box, mails: int) -> None:
    """Put mails into a box as a delivery agent does, each a file: a tenth of them come with a photo."""
    box.deliver(letter(number) for number in range(mails))


def letter(number: int) -> str:
    """One mail, as people write it."""
    writer = number % WRITERS
    head = (
        f"From: Personne {writer} <personne{writer}@exemple.fr>\nTo: onseparle@exemple.fr\n"
        f"Subject: Un appel, s'il vous plait ({number})\nMessage-ID: <{number}@courrier.exemple.invalid>\n"
        "Date: Tue, 3 Nov 2026 10:00:00 +0100\nMIME-Version: 1.0\n"
    )
    text = (
        f"{_WORDS}\nMon numero : 06 39 98 {number % 100:02d} 12.\n\nOn 2 Nov 2026 at 10:00, X wrote:\n> Oui\n"
    )
    if number % 10:
        return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}"
    photo = ("A" * 76 + "\n") * 2_600
    return (
        f"{head}Content-Type: multipart/mixed; boundary=limite\n\n--limite\n\n{text}\n--limite\n"
        "Content-Type: image/jpeg; name=photo.jpg\nContent-Transfer-Encoding: base64\n\n"
        f"{photo}\n--limite--\n"
    )


@contextmanager
def _opened(environment: dict[str, str]) -> Iterator[Hotline]:
    hotline = bootstrap.build(load(**town.ours(environment)))
    try:
        yield hotline
    finally:
        hotline.database.close()


def _watched(hotline: Hotline, clock: int, mails: int) -> Reading:
    """Write something small all the while, as a call would, and note how long that had to wait."""
    began, most, waits = time.monotonic(), 0.0, [0.0, 0.0]
    while _read(hotline) < mails:
        if time.monotonic() - began > PATIENCE:
            raise RuntimeError(f"{_read(hotline)} of {mails} mails were read in {PATIENCE:.0f} s")
        for _ in range(5):
            asked = time.perf_counter()
            hotline.database.run(lambda session: heartbeats.note(session, "bench", datetime.now(UTC)))
            waits.append((time.perf_counter() - asked) * 1000)
            time.sleep(_PAUSE)
        held = memory(clock)
        most = max(most, held.rss if held else 0.0)
    seconds = time.monotonic() - began
    return Reading(mails, seconds, cpu_seconds(clock), most, quantiles(waits, n=20)[-1], max(waits))


def _read(hotline: Hotline) -> int:
    with hotline.database.read() as session:
        return session.scalar(select(func.count()).select_from(Mail)) or 0


def main() -> None:
    """Measure both databases and print a line for each."""
    mails = int(sys.argv[1]) if len(sys.argv) > 1 else MAILS
    for kind in os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(","):
        found = measured(kind, mails)
        print(
            f"mailbox {kind}: {found.mails} mails in {found.seconds:.0f}s "
            f"({found.cpu:.0f}s of processor), clock {found.megabytes:.0f}MB, "
            f"a write beside it p95={found.wait_p95:.0f}ms most={found.wait_most:.0f}ms"
        )


if __name__ == "__main__":
    main()
