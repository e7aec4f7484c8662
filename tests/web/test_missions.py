"""The feed of our mission: for everybody, kept for a few minutes, there also while the database is not."""

from dataclasses import replace
from datetime import timedelta

from lxml import etree

from hotline.bootstrap import Hotline
from hotline.crypto import decode_key
from hotline.db import Database
from hotline.models import Request
from hotline.models.status import RequestState
from hotline.web import create_app
from hotline.web.product import EXTENSION
from tests.conftest import StoppedClock
from tests.databases import ENCRYPTION_KEY
from tests.people import add_caller
from tests.served import lender


def places(body: bytes) -> list[str | None]:
    return [one.text for one in etree.fromstring(body).iterfind("mission/places")]


def waits(hotline: Hotline) -> None:
    caller_id, at = add_caller(hotline, "+33199000201"), hotline.clock.now()
    with hotline.database.write() as session:
        session.add(Request(caller_id=caller_id, state=RequestState.WAITING, opened_at=at))


def test_anybody_may_fetch_our_mission(hotline: Hotline) -> None:
    answer = lender.lend(hotline).test_client().get("/missions.xml")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert (answer.cache_control.public, answer.cache_control.max_age) == (True, 300)
    assert "Set-Cookie" not in answer.headers
    assert answer.text.startswith("<?xml")
    assert places(answer.data) == ["5"]


def test_what_has_not_changed_is_not_sent_again(hotline: Hotline, clock: StoppedClock) -> None:
    client = lender.lend(hotline).test_client()
    etag = client.get("/missions.xml").headers["ETag"]
    clock.advance(timedelta(minutes=10))
    again = client.get("/missions.xml", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    waits(hotline)
    clock.advance(timedelta(minutes=10))
    changed = client.get("/missions.xml", headers={"If-None-Match": etag})
    assert (changed.status_code, places(changed.data)) == (200, ["6"])


def test_the_feed_is_written_every_few_minutes_only(hotline: Hotline, clock: StoppedClock) -> None:
    client = lender.lend(hotline).test_client()
    client.get("/missions.xml")
    waits(hotline)
    assert places(client.get("/missions.xml").data) == ["5"]
    clock.advance(timedelta(minutes=5))
    assert places(client.get("/missions.xml").data) == ["6"]


def test_the_last_feed_stays_while_the_database_is_away(hotline: Hotline, clock: StoppedClock) -> None:
    app = create_app(hotline)
    before = app.test_client().get("/missions.xml").data
    clock.advance(timedelta(hours=2))
    nowhere = Database("postgresql+psycopg://127.0.0.1:9/nowhere", [decode_key(ENCRYPTION_KEY)])
    app.extensions[EXTENSION] = replace(hotline, database=nowhere)
    answer = app.test_client().get("/missions.xml")
    assert (answer.status_code, answer.data) == (200, before)


def test_without_any_feed_the_platform_is_asked_to_come_back(hotline: Hotline) -> None:
    nowhere = Database("postgresql+psycopg://127.0.0.1:9/nowhere", [decode_key(ENCRYPTION_KEY)])
    answer = create_app(replace(hotline, database=nowhere)).test_client().get("/missions.xml")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300")
