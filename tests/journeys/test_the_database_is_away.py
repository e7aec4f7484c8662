"""An afternoon without the database: whoever phones or writes is answered, and is there when it is back."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs

from hotline.cli.stage import LINE, Stage, open_stage
from hotline.db import Database
from hotline.models import Call, Message, Request, Voicemail
from hotline.models.status import CallOutcome, RequestState, VoicemailState
from hotline.rehearsal.phones import Phone
from tests.absent import Proxy, taken_away
from tests.databases import opened
from tests.people import add_listener, add_volunteer
from tests.records import only, rows

ODETTE, LUCIEN, CAMILLE, LISTENER = "+33199000201", "+33639980001", "+33639980101", "+33639980102"
Away = Callable[[], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def _told() -> Iterator[None]:
    """Every fault is logged, which nobody reads here."""
    with capture_logs():
        yield


@pytest.fixture
def roads(database: Database) -> Iterator[tuple[Database, Away]]:
    """The database, and a way to take it away for a while."""
    if database.is_sqlite:
        yield database, lambda: taken_away(Path(str(make_url(database.url).database)))
        return
    proxy = Proxy(database.url)
    yield opened(proxy.url), proxy.refusing
    proxy.close()


@pytest.fixture
def town(environment: Path, roads: tuple[Database, Away], start: datetime) -> Iterator[Stage]:
    with open_stage(environment, start, database=roads[0]) as stage:
        yield stage
        stage.exchange.assert_clean()


def until_the_beep(town: Stage, phone: Phone) -> None:
    """The clock of the product does not tick: its database is away."""
    for _ in range(60):
        if phone.prompt == "record":
            return
        town.exchange.advance(1)
    raise AssertionError(f"no beep: {phone.heard}")


def test_an_afternoon_without_the_database(town: Stage, roads: tuple[Database, Away]) -> None:
    add_listener(town.hotline, LISTENER)
    add_volunteer(town.hotline, "Camille", CAMILLE)
    town.tick()
    began = town.now
    odette, lucien = town.phone(ODETTE), town.phone(LUCIEN)
    with roads[1]():
        odette.dial(LINE)
        until_the_beep(town, odette)
        assert any("une panne" in words for _, words in odette.heard)
        odette.speak(6)
        town.exchange.advance(7)
        odette.hang_up()
        lucien.text(LINE, "Je voudrais parler à quelqu'un")
        town.exchange.advance(180)
        assert len(town.hotline.spool.waiting()) == 5, "a call, its message, its end, its sound, a text"
    town.let(minutes=1)
    assert town.hotline.spool.waiting() == []
    call, message = only(town.hotline, Call), only(town.hotline, Voicemail)
    assert call.outcome is CallOutcome.VOICEMAIL
    assert abs((call.started_at - began).total_seconds()) < 5
    assert message.state is VoicemailState.STORED
    (recording,) = town.exchange.recordings.values()
    assert town.hotline.store.get(message.recording_sid) == recording.wav
    assert [row.from_number for row in rows(town.hotline, Message) if row.direction == "inbound"] == [LUCIEN]
    assert len(rows(town.hotline, Request)) == 2
    assert any("rappel" in text.body for text in lucien.texts), "and the text is acknowledged"
    assert RequestState.OFFERED in {request.state for request in rows(town.hotline, Request)}


def test_it_goes_away_in_the_middle_of_a_call(town: Stage, roads: tuple[Database, Away]) -> None:
    add_listener(town.hotline, LISTENER)
    odette, listener = town.phone(ODETTE), town.phone(LISTENER)
    odette.dial(LINE)
    town.exchange.advance(8)
    assert listener.state == "ringing"
    with roads[1]():
        town.exchange.advance(30)
        until_the_beep(town, odette)
        assert any("une panne" in words for _, words in odette.heard)
        odette.speak(5)
        town.exchange.advance(30)
        assert any("Merci de votre message" in words for _, words in odette.heard)
        assert odette.state == "idle"
    town.let(minutes=1)
    assert only(town.hotline, Call).outcome is CallOutcome.VOICEMAIL
    assert only(town.hotline, Voicemail).state is VoicemailState.STORED
    assert listener.state == "idle"
