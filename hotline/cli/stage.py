"""A whole town in one process: the real product, the stand-in carrier, and one clock that both obey.

Scripts and tests play on it. Calls and texts go through real HTTP on 127.0.0.1; time moves only when told to.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from hotline import bootstrap, migrations
from hotline.bootstrap import Hotline
from hotline.db import Database
from hotline.errors import HotlineError
from hotline.rehearsal.clock import ManualClock
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phones import Phone
from hotline.rehearsal.server import serve
from hotline.settings import load
from hotline.web import create_app
from scheduler.timetable import run_due

LINE = "+33199000100"
PUBLIC_URL = "https://ligne.exemple.fr"
TICK = timedelta(seconds=10)
MOST_TICKS = 12


class BrokenJobError(HotlineError):
    """A job of the clock broke while the stage was being played on."""


class Stage:
    """The product and the carrier side by side; see `open_stage`."""

    def __init__(self, hotline: Hotline, exchange: Exchange) -> None:
        self.hotline = hotline
        self.exchange = exchange

    @property
    def now(self) -> datetime:
        """The moment, on the line's own clock."""
        return self.hotline.line.local(self.hotline.clock.now())

    def phone(self, number: str) -> Phone:
        """Return somebody's telephone."""
        return self.exchange.phone(number)

    def let(self, seconds: float = 0, **more: float) -> None:
        """Let time pass, the product's clock ticking every ten seconds, a dozen times in a longer while.

        `more` are minutes, hours, days.
        """
        span = timedelta(seconds=seconds, **more)
        end, step = self.now + span, max(TICK, span / MOST_TICKS)
        self.tick()
        while self.now < end:
            self.exchange.advance_to(min(self.now + step, end))
            self.tick()

    def jump(self, moment: datetime) -> None:
        """Go straight to a later moment: what was due meanwhile is done on arrival."""
        self.exchange.advance_to(moment)
        self.tick()

    def tick(self) -> None:
        """Do what is due, and let the carrier do the same; raises BrokenJobError when a job broke."""
        broken = [f"{ran.name} {ran.says}" for ran in run_due(self.hotline) if ran.failed]
        if broken:
            raise BrokenJobError(" ; ".join(broken))
        self.exchange.settle()


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def _whole(app: Flask) -> WSGIApplication:
    """Serve answers in one piece: werkzeug leaves a file open whose reader went away meanwhile."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        with closing(cast("Any", app(environ, start))) as parts:
            return [b"".join(parts)]

    return answer


def _connect(hotline: Hotline, exchange: Exchange) -> None:
    """Let the carrier call the product for each of its numbers."""
    for line in hotline.line.each:
        exchange.add_number(
            line.number,
            voice_url=f"{PUBLIC_URL}/voice/incoming",
            voice_fallback_url=f"{PUBLIC_URL}/voice/fallback",
            status_callback=f"{PUBLIC_URL}/voice/status",
            sms_url=f"{PUBLIC_URL}/sms/incoming",
        )


@contextmanager
def open_stage(
    folder: Path, start: datetime, *, database: Database | None = None, **settings: str | None
) -> Iterator[Stage]:
    """Put product and carrier together in a folder, on a prepared database or one made there."""
    account, token = f"AC{token_hex(16)}", token_hex(16)
    exchange = Exchange(account_sid=account, auth_token=token, clock=ManualClock(start))
    carrier = serve(exchange)
    hotline = bootstrap.build(
        load(
            **{
                "DATABASE_URL": f"sqlite:///{folder}/hotline.db",
                "HOTLINE_RECORDINGS_URL": f"file:{folder}/recordings",
                "HOTLINE_NUMBER": LINE,
                "HOTLINE_SMS_SENDER": LINE,
                "HOTLINE_PUBLIC_URL": PUBLIC_URL,
                "TWILIO_ACCOUNT_SID": account,
                "TWILIO_AUTH_TOKEN": token,
                "TWILIO_API_BASE_URL": carrier.base_url,
                **settings,
            }
        ),
        exchange.clock,
    )
    if database:
        hotline = replace(hotline, database=database)
    else:
        migrations.upgrade(hotline.database)
    web = make_server("127.0.0.1", 0, _whole(create_app(hotline)), threaded=True, request_handler=_Quiet)
    threading.Thread(target=web.serve_forever, args=(0.05,), daemon=True).start()
    exchange.route[PUBLIC_URL] = f"http://127.0.0.1:{web.server_port}"
    _connect(hotline, exchange)
    try:
        yield Stage(hotline, exchange)
    finally:
        web.shutdown()
        web.server_close()
        carrier.close()
        hotline.database.close()
