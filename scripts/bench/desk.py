"""How long the desk takes to answer, page by page, in a large country and in a small part of it.

Nothing leaves the process: this is what the server spends on a page, without the network.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select, func, insert, select, text
from sqlalchemy.orm import Session

from hotline import bootstrap, migrations
from hotline.bootstrap import Hotline
from hotline.crypto import new_key
from hotline.db import Database
from hotline.models import Assignment, Call, Callback, Coordinator, DailyFigure, Request, Shift, Voicemail
from hotline.models.status import CallbackState, RequestState
from hotline.services.desk import presence, rollup
from hotline.settings import load
from hotline.web import create_app
from hotline.web.desk.room import TOKEN
from scripts.bench import country, town
from scripts.bench.browsing import View, views
from scripts.bench.country import NOW, Size
from scripts.bench.databases import KINDS, NoServerError, fresh
from scripts.bench.webhook import percentile

SMALL: Final = 0.1
_HOURS = "Mo-Fr 10:00-18:00; PH off"
_PATIENCE = 1.0


@dataclass(frozen=True)
class Timing:
    """The middle and the slow answers of one page, in milliseconds."""

    p50: float
    p95: float


@dataclass(frozen=True)
class Opened:
    """One page on one engine, in a small country and in a large one; its slow answers have a bound."""

    database: str
    page: str
    bound: int
    small: Timing
    large: Timing

    @property
    def growth(self) -> float:
        """How much longer the page takes in the large country, which has ten times as much of everything."""
        return self.large.p50 / self.small.p50

    @property
    def slow(self) -> bool:
        """Tell whether somebody waits for this page."""
        return self.large.p95 > self.bound


class _Still:
    """The country's clock."""

    def now(self) -> datetime:
        """Return the moment up to which the country was told."""
        return NOW


Views = Callable[[Flask, FlaskClient, Mapping[str, int]], Iterator[View]]
_Timings = dict[tuple[str, str], tuple[int, Timing]]


@dataclass(frozen=True)
class Plan:
    """Which pages are opened and how often: until PostgreSQL has settled on its plans, then measured."""

    views: Views = views
    warming: int = 12
    asked: int = 20


PLAN: Final = Plan()


def measured(
    size: Size = country.FULL, kinds: Sequence[str] = KINDS, plan: Plan = PLAN
) -> tuple[list[Opened], list[str]]:
    """Open every page in a tenth of a country and in all of it; name what could not be measured."""
    skipped: dict[str, None] = {}
    small = _timings(size.part(SMALL), kinds, replace(plan, asked=plan.asked // 2), skipped)
    large = _timings(size, kinds, plan, skipped)
    opened = [
        Opened(kind, page, bound, small[kind, page][1], timing)
        for (kind, page), (bound, timing) in large.items()
        if (kind, page) in small
    ]
    return opened, list(skipped)


def _timings(size: Size, kinds: Sequence[str], plan: Plan, skipped: dict[str, None]) -> _Timings:
    found: _Timings = {}
    with _filled(size, kinds, skipped) as hotlines:
        for kind, hotline in hotlines.items():
            app = create_app(hotline)
            client = signed_in(hotline, app)
            with hotline.database.read() as session:
                ids = files(session)
            for view in plan.views(app, client, ids):
                found[kind, view.label] = view.bound, _timed(client, view.path, plan)
    return found


@contextmanager
def _filled(size: Size, kinds: Sequence[str], skipped: dict[str, None]) -> Iterator[dict[str, Hotline]]:
    """Put the product together on databases that hold the same country."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="hotline-bench-")))
        key, hotlines = new_key(), dict[str, Hotline]()
        for kind in kinds:
            try:
                url = stack.enter_context(fresh(kind, folder))
            except NoServerError as error:
                skipped[str(error)] = None
                continue
            environment = town.environment(folder, url, key, _HOURS)
            hotlines[kind] = bootstrap.build(load(**town.ours(environment)), _Still())
            stack.callback(hotlines[kind].database.close)
        databases = [hotline.database for hotline in hotlines.values()]
        _prepare(databases)
        country.fill(databases, size)
        _count_days(list(hotlines.values()))
        yield hotlines


def _prepare(databases: Sequence[Database]) -> None:
    """Make the tables, and one key of the indexes for all."""
    for database in databases:
        migrations.upgrade(database)
    with databases[0].read() as session:
        wrapped = session.scalar(text("SELECT wrapped FROM index_keys"))
    for database in databases[1:]:
        with database.write() as session:
            session.execute(text("UPDATE index_keys SET wrapped = :wrapped"), {"wrapped": wrapped})


def _count_days(hotlines: Sequence[Hotline]) -> None:
    """Keep the figures of every day, as the clock would have; counted once for all databases."""
    first, *others = hotlines
    while first.database.run(lambda session: rollup.keep(session, first.line, NOW)):
        pass
    columns = DailyFigure.__table__.columns
    with first.database.read() as session:
        rows = [dict(row) for row in session.execute(select(*columns)).mappings()]
    for hotline in others:
        with hotline.database.write() as session:
            session.execute(insert(DailyFigure), rows)
        country.settle(hotline.database)


def signed_in(hotline: Hotline, app: Flask) -> FlaskClient:
    """Return the browser of a coordinator of the country."""
    with hotline.database.write() as session:
        coordinator = session.get_one(Coordinator, 1)
        token = presence.begin(session, coordinator, NOW, agent="bench", address="127.0.0.1")
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[TOKEN] = token
    return client


def files(session: Session) -> dict[str, int]:
    """Choose whose files are opened: those with the longest ones, and what is still to be done."""

    def first(chosen: Select[int] | Select[int | None]) -> int:
        return session.scalar(chosen.limit(1)) or 0

    busiest = select(Call.caller_id).where(Call.caller_id.is_not(None)).group_by(Call.caller_id)
    of_volunteer = select(Assignment.volunteer_id).group_by(Assignment.volunteer_id)
    return {
        "caller_id": first(busiest.order_by(func.count().desc())),
        "volunteer_id": first(of_volunteer.order_by(func.count().desc())),
        "request_id": first(select(Request.id).where(Request.state == RequestState.WAITING)),
        "callback_id": first(select(Callback.id).where(Callback.state == CallbackState.PLANNED)),
        "assignment_id": first(select(Callback.assignment_id).where(Callback.state == CallbackState.PLANNED)),
        "voicemail_id": first(select(Voicemail.id).where(Voicemail.heard_at.is_(None))),
        "shift_id": first(select(Shift.id)),
    }


def _timed(client: FlaskClient, path: str, plan: Plan) -> Timing:
    _milliseconds(client, path, plan.warming)
    taken = _milliseconds(client, path, plan.asked)
    return Timing(percentile(taken, 50), percentile(taken, 95))


def _milliseconds(client: FlaskClient, path: str, times: int) -> list[float]:
    """Open a page some times; one that takes very long less often."""
    taken: list[float] = []
    while len(taken) < times and sum(taken) < _PATIENCE * 1000:
        begin = time.perf_counter()
        client.get(path)
        taken.append((time.perf_counter() - begin) * 1000)
    return taken
