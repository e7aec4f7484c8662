"""What the desk decides wins over the settings file, on the next call and in every process."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.lines import LOOK_EVERY, overlaid
from hotline.services import choices
from hotline.settings import LineConfig, load

NIGHT = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
AUTHOR = "Camille Faure"


def decide(hotline: Hotline, name: str, value: object) -> int:
    with hotline.database.write() as session:
        return choices.decide(session, name, value, author=AUTHOR, at=NIGHT).id


def seen(hotline: Hotline) -> Hotline:
    """The product after this process has looked at the decisions."""
    with hotline.database.read() as session:
        hotline.line_in(session)
    return hotline


def test_the_newest_decision_wins_and_the_others_stay_as_the_file_says(hotline: Hotline) -> None:
    assert not hotline.line.hours.is_open(NIGHT)
    decide(hotline, "hours.open", "Mo-Su 08:00-10:00")
    decide(hotline, "hours.open", "Mo-Su 08:00-23:00")
    line = seen(hotline).line
    assert line.hours.is_open(NIGHT)
    assert line.config.ring == LineConfig().ring


def test_a_closure_decided_at_the_desk_closes_the_line(hotline: Hotline) -> None:
    afternoon = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
    assert hotline.line.hours.is_open(afternoon)
    decide(hotline, "closures", [{"from": "2026-11-24", "until": "2026-11-24", "reason": "neige"}])
    line = seen(hotline).line
    assert not line.hours.is_open(afternoon)
    assert line.config.closures[0].until == date(2026, 11, 24)


def test_another_process_follows_within_a_second(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    other = bootstrap.build(load(), hotline.clock)
    other.look()
    decide(hotline, "ladders.heat_wave", value=True)
    assert not other.line.config.ladders.heat_wave
    other.lines._looked -= LOOK_EVERY
    other.look()
    assert other.line.config.ladders.heat_wave
    other.database.close()


def test_taking_a_decision_back_brings_the_earlier_one_again(hotline: Hotline) -> None:
    first = decide(hotline, "offers.hours", "Mo-Su 10:00-12:00")
    second = decide(hotline, "offers.hours", "Mo-Su 14:00-16:00")
    with hotline.database.write() as session:
        newest, oldest = choices.history(session, "offers.hours")
        assert (newest.id, oldest.id) == (second, first)
        assert choices.take_back(session, newest, author=AUTHOR, at=NIGHT)
        assert choices.take_back(session, newest, author=AUTHOR, at=NIGHT) is None
    assert seen(hotline).line.config.offers.hours == "Mo-Su 10:00-12:00"


def test_taking_the_only_decision_back_gives_the_matter_to_the_settings_file(hotline: Hotline) -> None:
    decide(hotline, "callbacks.hours", "Mo 10:00-11:00")
    with hotline.database.write() as session:
        (only,) = choices.history(session, "callbacks.hours")
        choices.take_back(session, only, author=AUTHOR, at=NIGHT)
    assert seen(hotline).line.config == LineConfig()


def test_a_decision_that_cannot_be_read_is_left_out_and_told(hotline: Hotline) -> None:
    decide(hotline, "ring.total", "longtemps")
    decide(hotline, "hours.open", "Mo-Su 08:00-23:00")
    seen(hotline)
    assert hotline.line.config.ring == LineConfig().ring
    assert hotline.line.hours.is_open(NIGHT)
    assert any("ring.total" in says for says in hotline.faults)


def test_a_name_that_is_no_rule_changes_nothing() -> None:
    assert overlaid(LineConfig(), {"canned": ["x"]}) == LineConfig()
    with pytest.raises(ValidationError):
        overlaid(LineConfig(), {"ring.unknown": "1s"})
