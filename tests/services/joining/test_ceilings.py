"""A registration cannot be made to write to many, nor to one again and again; what was typed is forgotten."""

from datetime import timedelta
from pathlib import Path

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Alert, Registration
from hotline.phone import PhoneNumber
from hotline.services import due, joining
from hotline.services.joining import Entered, Sent
from scheduler import joining as clockwork
from tests.conftest import StoppedClock
from tests.holders import texts
from tests.records import only, rows


@pytest.fixture
def environment(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A line that may write ten texts a day, two of them codes."""
    config = environment / "hotline.toml"
    config.write_text("[limits]\nsms_per_day = 10\n")
    monkeypatch.setenv("HOTLINE_CONFIG", str(config))
    return environment


def begun(hotline: Hotline, number: str) -> Sent:
    names, born = ("Solène", "Exemple"), "1958-03-12"
    typed = Entered(*names, PhoneNumber(number), None, born, "05100", "fr", "", on_site=False)
    return hotline.database.run(
        lambda session: joining.begin(session, hotline.line, typed, hotline.clock.now())
    )[1]


def test_codes_take_a_fifth_of_a_day_s_texts_at_most(hotline: Hotline, clock: StoppedClock) -> None:
    numbers = [f"+3363998010{digit}" for digit in range(4)]
    assert [begun(hotline, number) for number in numbers] == [Sent.SENT, Sent.SENT, Sent.FULL, Sent.FULL]
    assert len(texts(hotline, "registration_code")) == 2
    assert only(hotline, Alert).kind == "registration_ceiling"
    clock.advance(timedelta(hours=24))
    assert begun(hotline, numbers[2]) is Sent.SENT


def test_the_code_itself_is_nowhere_but_in_the_sealed_text(hotline: Hotline) -> None:
    begun(hotline, "+33639980101")
    code = texts(hotline, "registration_code")[0].body.partition("code est ")[2][:6]
    kept = only(hotline, Registration)
    assert kept.code_index not in {None, code}
    assert code not in str(kept.fields)


def test_an_hour_later_the_clock_forgets_what_was_typed(hotline: Hotline, clock: StoppedClock) -> None:
    begun(hotline, "+33639980101")
    clock.advance(timedelta(minutes=59))
    assert not is_due(hotline)
    clock.advance(timedelta(minutes=1))
    assert is_due(hotline)
    assert clockwork.forget_registrations(hotline) == "1 inscriptions oubliées"
    assert rows(hotline, Registration) == []
    assert clockwork.forget_registrations(hotline) == ""


def is_due(hotline: Hotline) -> bool:
    with hotline.database.read() as session:
        return due.anything(session, hotline.line, hotline.clock.now(), (due.REGISTRATIONS,))
