"""Open or closed to the second, and when the line opens next, in spoken French."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.models import Call
from hotline.services import health
from hotline.settings import load
from tests.conftest import StoppedClock
from tests.people import add_listener
from tests.records import rows
from tests.webhooks import Webhooks

PARIS = ZoneInfo("Europe/Paris")
NADIA = "+33639980101"


def in_paris(*figures: int) -> datetime:
    """A moment on the line's own clock."""
    return datetime(*figures, tzinfo=PARIS)  # type: ignore[arg-type, misc]


@contextmanager
def with_rules(folder: Path, clock: StoppedClock, rules: str) -> Iterator[Hotline]:
    """The product with other rules, on the same database."""
    file = folder / "hotline.toml"
    file.write_text(rules, encoding="utf-8")
    product = bootstrap.build(load(HOTLINE_CONFIG=str(file)), clock)
    try:
        yield product
    finally:
        product.database.close()


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (in_paris(2026, 11, 24, 9, 59, 59), False),
        (in_paris(2026, 11, 24, 10, 0, 0), True),
        (in_paris(2026, 11, 24, 17, 59, 59, 999999), True),
        (in_paris(2026, 11, 24, 18, 0, 0), False),
        (in_paris(2026, 11, 21, 14, 0, 0), False),
        (in_paris(2026, 11, 11, 14, 0, 0), False),
        (in_paris(2026, 3, 30, 10, 0, 0), True),
        (in_paris(2026, 10, 26, 9, 59, 59), False),
    ],
)
def test_the_line_opens_and_closes_to_the_second(
    hotline: Hotline, line: Webhooks, clock: StoppedClock, moment: datetime, *, is_open: bool
) -> None:
    add_listener(hotline, NADIA)
    clock.set(moment)
    assert line.call().has("Dial") == is_open


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (in_paris(2026, 11, 24, 8, 0), "La ligne ouvrira aujourd'hui mardi à dix heures."),
        (in_paris(2026, 11, 24, 20, 0), "La ligne ouvrira demain mercredi à dix heures."),
        (in_paris(2026, 11, 21, 22, 0), "La ligne ouvrira lundi à dix heures."),
        (in_paris(2026, 11, 11, 12, 0), "La ligne ouvrira demain jeudi douze novembre à dix heures."),
    ],
)
def test_the_closed_greeting_says_when_the_line_opens(
    line: Webhooks, clock: StoppedClock, moment: datetime, said: str
) -> None:
    clock.set(moment)
    assert said in line.call().said


def test_a_webhook_repeated_across_the_opening_hears_the_same(
    hotline: Hotline, line: Webhooks, clock: StoppedClock
) -> None:
    add_listener(hotline, NADIA)
    clock.set(in_paris(2026, 11, 24, 9, 59, 59))
    first = line.call()
    clock.advance(timedelta(seconds=2))
    assert line.call().response.data == first.response.data
    assert len(rows(hotline, Call)) == 1


def test_a_call_that_began_in_time_rings_beyond_the_closing(
    hotline: Hotline, line: Webhooks, clock: StoppedClock
) -> None:
    add_listener(hotline, NADIA, "Mo-Fr 10:00-18:00")
    clock.set(in_paris(2026, 11, 24, 17, 59, 50))
    action = str(line.call().verb("Dial").get("action"))
    clock.advance(timedelta(seconds=25))
    assert line.document(action, **line.form(DialCallStatus="no-answer")).has("Dial")


def test_closures_and_openings_come_from_the_settings_file(environment: Path, clock: StoppedClock) -> None:
    rules = """
        [[closures]]
        from = 2026-12-24
        until = 2027-01-02
        reason = "fêtes"
        [[openings]]
        date = 2026-12-25
        hours = "10:00-12:00"
    """
    clock.set(in_paris(2026, 12, 24, 11, 0))
    with with_rules(environment, clock, rules) as hotline:
        add_listener(hotline, NADIA)
        line = Webhooks(hotline)
        said = line.call(1).said
        assert "ouvrira demain" in said
        assert "dix heures" in said
        clock.set(in_paris(2026, 12, 25, 11, 0))
        assert line.call(2).has("Dial")
        clock.set(in_paris(2026, 12, 28, 11, 0))
        assert "le quatre janvier" in line.call(3).said


@pytest.mark.parametrize("broken", ["Lu-Ve 10h-18h", "Mo-Fr 10:00-", "toujours"])
def test_hours_that_cannot_be_read_mean_voicemail_and_are_reported(
    environment: Path, clock: StoppedClock, broken: str
) -> None:
    with with_rules(environment, clock, f'[hours]\nopen = "{broken}"\n') as hotline:
        add_listener(hotline, NADIA)
        line = Webhooks(hotline)
        answer = line.call()
        assert "La ligne est fermée." in answer.said
        assert answer.has("Record")
        with hotline.database.read() as session:
            reasons = health.report(session, hotline.line, clock.now(), faults=hotline.faults)
        assert any(reason.check == "hours" and broken in reason.says for reason in reasons)
        status = line.client.get("/status")
        assert status.status_code == 503
        listed = json.loads(status.data)["reasons"]
        assert any(broken in reason["says"] for reason in listed if reason["check"] == "hours")


def test_the_patience_of_the_ringing_and_of_the_voicemail_is_set_in_the_file(
    environment: Path, clock: StoppedClock
) -> None:
    rules = (
        '[ring]\neach = "10s"\ntotal = "15s"\n[voicemail]\nsilence = "12s"\nlongest = "2m"\nshortest = "5s"\n'
    )
    with with_rules(environment, clock, rules) as hotline:
        add_listener(hotline, NADIA)
        line, timeouts = Webhooks(hotline), []
        answer = line.call()
        while answer.has("Dial"):
            timeouts.append(answer.verb("Dial").get("timeout"))
            action = str(answer.verb("Dial").get("action"))
            answer = line.document(action, **line.form(DialCallStatus="no-answer"))
        record = answer.verb("Record")
        assert timeouts == ["10", "5"]
        assert (record.get("timeout"), record.get("maxLength")) == ("12", "120")
        form = line.form(RecordingSid="RE" + "0" * 32, RecordingDuration="4")
        assert "rien entendu" in line.document("/voice/message", **form).said
