"""Somebody is told what is wrong with the line: once, at a decent hour, by mail, by text, else in the log."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.models import Fault, Heartbeat
from hotline.models.status import Role
from hotline.rehearsal.clock import ManualClock
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.server import serve
from hotline.services import faults, health, heartbeats
from hotline.services.desk import coordinators
from hotline.settings import load
from hotline.web.clock_watch import ClockWatch
from scheduler import timetable, watching
from tests.conftest import ACCOUNT, LINE, TOKEN, StoppedClock
from tests.databases import on_sqlite
from tests.postman import Postman, mailing, postman, text
from tests.records import rows

__all__ = ["mailing", "postman"]

TEAM, TECHNICIAN, LISTENER = "odile@exemple.fr", "yann@exemple.fr", "paul@exemple.fr"
MOBILE = "+33639980777"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def mailed(mailing: Postman, hotline: Hotline) -> Hotline:
    """A line that writes mails, with a team at the desk, whose store has just failed."""
    at = hotline.clock.now()
    with hotline.database.write() as session:
        coordinators.add(session, TEAM, at)
        coordinators.add(session, TECHNICIAN, at, role=Role.TECHNICAL)
        coordinators.add(session, LISTENER, at, role=Role.LISTENER)
    breaks(hotline)
    return hotline


def breaks(hotline: Hotline, name: str = health.STORE_FAULT) -> None:
    beat(hotline, name)


def beat(hotline: Hotline, name: str) -> None:
    with hotline.database.write() as session:
        heartbeats.note(session, name, hotline.clock.now())


def after(hotline: Hotline, clock: StoppedClock, step: timedelta) -> str:
    """Let time pass, the clock beating and looking; return what it said last."""
    said, until = "", clock.now() + step
    while clock.now() < until:
        clock.advance(MINUTE if step < 10 * MINUTE else 5 * MINUTE)
        beat(hotline, health.CLOCK)
        said = watching.watch(hotline)
    return said


def test_a_fault_is_told_to_coordination_and_technicians_once_and_that_it_is_over(
    mailed: Hotline, postman: Postman, clock: StoppedClock
) -> None:
    after(mailed, clock, 5 * MINUTE)
    assert postman.arrived == []
    after(mailed, clock, 30 * MINUTE)
    (mail,) = postman.to(TEAM)
    assert mail["Subject"] == "On se parle !! : la ligne a besoin de quelqu'un"
    assert "Le dépôt des enregistrements ne fonctionne pas (le 24/11 à 14:00)" in text(mail)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [len(postman.to(one)) for one in (TECHNICIAN, LISTENER)] == [1, 0]

    beat(mailed, health.STORE_OK)
    after(mailed, clock, 30 * MINUTE)
    _, over = postman.to(TEAM)
    assert over["Subject"] == "On se parle !! : c'est réparé"
    assert "Le dépôt des enregistrements fonctionne de nouveau." in text(over)


@on_sqlite
def test_a_fault_that_mends_itself_in_minutes_is_told_to_nobody(
    mailed: Hotline, postman: Postman, clock: StoppedClock
) -> None:
    after(mailed, clock, 3 * MINUTE)
    beat(mailed, health.STORE_OK)
    after(mailed, clock, HOUR)
    assert postman.arrived == []


@on_sqlite
def test_what_comes_and_goes_is_told_every_few_hours_only(
    mailed: Hotline, postman: Postman, clock: StoppedClock
) -> None:
    for _ in range(6):
        after(mailed, clock, 10 * MINUTE)
        beat(mailed, health.STORE_OK)
        after(mailed, clock, 10 * MINUTE)
        breaks(mailed)
    assert len(postman.to(TEAM)) == 2
    after(mailed, clock, 4 * HOUR)
    assert len(postman.to(TEAM)) == 3


@on_sqlite
def test_what_is_not_urgent_waits_for_the_morning(
    mailed: Hotline, postman: Postman, clock: StoppedClock
) -> None:
    clock.set(datetime(2026, 11, 24, 20, 0, tzinfo=UTC))
    breaks(mailed)
    after(mailed, clock, HOUR)
    assert postman.arrived == []
    clock.set(datetime(2026, 11, 25, 8, 5, tzinfo=UTC))
    after(mailed, clock, MINUTE)
    assert len(postman.to(TEAM)) == 1


@on_sqlite
def test_a_carrier_that_refuses_is_told_at_night_too(
    mailed: Hotline, postman: Postman, clock: StoppedClock
) -> None:
    clock.set(datetime(2026, 11, 24, 23, 0, tzinfo=UTC))
    beat(mailed, health.STORE_OK)
    breaks(mailed, health.CARRIER_FAULT)
    after(mailed, clock, 6 * MINUTE)
    assert "L'opérateur téléphonique refuse" in text(postman.to(TEAM)[0])


@on_sqlite
def test_those_named_in_the_rules_are_told_instead_of_the_desk(
    mailed: Hotline, postman: Postman, clock: StoppedClock, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with told_by(environment, monkeypatch, clock, '"astreinte@exemple.fr"') as named:
        after(named, clock, 6 * MINUTE)
    assert {mail["To"].addresses[0].addr_spec for mail in postman.arrived} == {"astreinte@exemple.fr"}


class told_by:  # noqa: N801 - reads as a sentence
    """The same line under rules that name whom to tell."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, clock: StoppedClock, tell: str) -> None:
        rules = folder / "hotline.toml"
        rules.write_text(f"[alarms]\ntell = [{tell}]\n")
        monkeypatch.setenv("HOTLINE_CONFIG", str(rules))
        self.product = bootstrap.build(load(), clock)

    def __enter__(self) -> Hotline:
        return self.product

    def __exit__(self, *_: object) -> None:
        self.product.database.close()


@pytest.fixture
def exchange(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Exchange]:
    """A stand-in carrier for whoever gets a text."""
    exchange = Exchange(account_sid=ACCOUNT, auth_token=TOKEN, clock=ManualClock(NOON))
    exchange.add_number(LINE)
    server = serve(exchange)
    monkeypatch.setenv("TWILIO_API_BASE_URL", server.base_url)
    yield exchange
    server.close()


@on_sqlite
def test_a_mail_server_that_is_away_is_told_by_one_text(
    exchange: Exchange,
    mailed: Hotline,
    postman: Postman,
    clock: StoppedClock,
    environment: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    postman.verdict = "451 not now"
    breaks(mailed, health.SMTP_FAULT)
    with told_by(environment, monkeypatch, clock, f'"{MOBILE}", "{TEAM}"') as named:
        after(named, clock, 30 * MINUTE)
    (sent,) = exchange.messages.values()
    assert (sent.to, sent.from_, sent.segments) == (MOBILE, LINE, 1)
    assert sent.body.startswith("On se parle !! : Le serveur de courriels refuse ou ne répond pas")
    assert {fault.name for fault in rows(mailed, Fault) if fault.known} == {"smtp", "store"}


@on_sqlite
def test_with_mail_and_texts_away_it_stands_in_the_log_and_is_tried_again(
    exchange: Exchange,
    mailed: Hotline,
    postman: Postman,
    clock: StoppedClock,
    environment: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    postman.verdict = "451 not now"
    exchange.faults.rest_status, exchange.faults.rest_status_times = 503, 99
    with told_by(environment, monkeypatch, clock, f'"{MOBILE}", "{TEAM}"') as named, capture_logs() as logged:
        after(named, clock, 10 * MINUTE)
        critical = [line for line in logged if line["log_level"] == "critical"]
        assert [line["event"] for line in critical] == ["nobody_told"]
        assert list(critical[0]["wrong"]) == ["store"]
        assert MOBILE not in str(logged)
        postman.verdict = "250 OK"
        after(named, clock, 20 * MINUTE)
    assert len(postman.to(TEAM)) == 1


@on_sqlite
def test_where_nobody_is_named_the_log_says_so_once(hotline: Hotline, clock: StoppedClock) -> None:
    breaks(hotline)
    with capture_logs() as logged:
        after(hotline, clock, 2 * HOUR)
    assert [line["event"] for line in logged if line["log_level"] == "critical"] == ["nobody_told"]


def test_of_two_that_tell_at_once_one_does(mailed: Hotline, clock: StoppedClock) -> None:
    at = clock.now()
    with mailed.database.write() as session:
        faults.seen(session, ["store"], at, looked_at=health.CHECKS)
    clock.advance(6 * MINUTE)
    first, second = (
        mailed.database.run(lambda session: faults.claim(session, mailed.line, clock.now())) for _ in range(2)
    )
    assert ([news.name for news in first], second) == (["store"], [])
    clock.advance(16 * MINUTE)
    again = mailed.database.run(lambda session: faults.claim(session, mailed.line, clock.now()))
    assert again == first


def test_the_whole_line_is_looked_at_twice_a_minute(hotline: Hotline, clock: StoppedClock) -> None:
    def looked() -> datetime:
        timetable.run_due(hotline)
        return next(beat.at for beat in rows(hotline, Heartbeat) if beat.name == faults.LOOKED)

    began = clock.now()
    assert looked() == began
    clock.advance(timedelta(seconds=29))
    assert looked() == began
    clock.advance(timedelta(seconds=1))
    assert looked() == clock.now()
    clock.advance(timedelta(days=-30))
    assert looked() == clock.now()


def test_a_stopped_clock_is_told_by_the_web_at_any_hour_and_its_return_by_itself(
    mailed: Hotline, postman: Postman, clock: StoppedClock
) -> None:
    beat(mailed, health.STORE_OK)
    clock.set(datetime(2026, 11, 24, 2, 0, tzinfo=UTC))
    beat(mailed, health.CLOCK)
    first, second = (ClockWatch(mailed, still_for=0) for _ in range(2))
    assert not first.look()
    clock.advance(timedelta(seconds=61))
    assert [first.look(), second.look(), first.look()] == [True, False, False]
    (mail,) = postman.to(TEAM)
    assert "L'horloge est arrêtée depuis le 24/11 à 03:00:00" in text(mail)
    clock.advance(HOUR)
    assert not second.look()
    after(mailed, clock, MINUTE)
    assert "L'horloge tourne de nouveau." in text(postman.to(TEAM)[1])
    assert len(postman.to(TEAM)) == 2


@on_sqlite
def test_a_moment_that_jumps_is_no_fault_of_the_clocks(mailed: Hotline, clock: StoppedClock) -> None:
    beat(mailed, health.CLOCK)
    watch = ClockWatch(mailed, still_for=60)
    watch.look()
    clock.advance(HOUR)
    assert not watch.look()
    assert not rows(mailed, Fault)


@on_sqlite
def test_a_clock_that_never_ran_is_nobodys_alarm(mailed: Hotline) -> None:
    assert not ClockWatch(mailed, still_for=0).look()


@on_sqlite
def test_a_clock_that_died_holding_the_database_is_told_all_the_same(
    mailed: Hotline, postman: Postman, clock: StoppedClock
) -> None:
    beat(mailed, health.STORE_OK)
    beat(mailed, health.CLOCK)
    first, second = (ClockWatch(mailed, still_for=0) for _ in range(2))
    first.look()
    clock.advance(HOUR)
    with sqlite3.connect(str(mailed.settings.sqlite_file), isolation_level=None) as dead:
        dead.execute("BEGIN IMMEDIATE")
        assert [first.look(), second.look()] == [True, False]
        dead.execute("ROLLBACK")
    dead.close()
    assert not first.look()
    after(mailed, clock, MINUTE)
    assert [mail["Subject"].rpartition(" : ")[2] for mail in postman.to(TEAM)] == [
        "la ligne a besoin de quelqu'un",
        "c'est réparé",
    ]


@on_sqlite
def test_whoever_dies_telling_an_end_hides_nothing_that_follows(mailed: Hotline, clock: StoppedClock) -> None:
    def seen(*wrong: str) -> list[faults.News]:
        clock.advance(HOUR)
        with mailed.database.write() as session:
            faults.seen(session, wrong, clock.now(), looked_at=health.CHECKS)
        clock.advance(HOUR)
        return mailed.database.run(lambda session: faults.claim(session, mailed.line, clock.now()))

    clock.set(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    news = seen("carrier")
    mailed.database.run(lambda session: faults.told(session, news, clock.now()))
    assert seen() == [faults.News("carrier", wrong=False)]
    assert seen("carrier") == [faults.News("carrier", wrong=True)]
