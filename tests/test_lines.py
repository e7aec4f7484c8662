"""What the desk decides wins over the settings file, on the next call and in every process."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.lines import LOOK_EVERY, overlaid
from hotline.services import choices
from hotline.settings import LineConfig, load
from tests.conftest import LINE
from tests.two_numbers import ITALIAN, use

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


class TestSeveralNumbers:
    """One association, a main number and an Italian one."""

    @pytest.fixture
    def environment(self, environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        return use(environment, monkeypatch)

    def test_each_number_has_its_line_and_any_other_is_the_main_one(self, hotline: Hotline) -> None:
        main = hotline.line
        italian = main.at(ITALIAN)
        assert [line.name for line in main.each] == ["Ligne principale", "Ligne italienne"]
        assert (main.number, italian.number, italian.sender) == (LINE, ITALIAN, ITALIAN)
        assert (main.second, italian.second) == (None, ITALIAN)
        assert italian.main is italian.at(None) is italian.at("+33199000999") is main
        assert main.ours == italian.ours == {LINE, ITALIAN}

    def test_the_second_has_its_own_hours_and_the_closures_of_all(self, hotline: Hotline) -> None:
        tuesday_17 = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
        thursday_17 = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
        italian = hotline.line.at(ITALIAN)
        assert [italian.hours.is_open(at) for at in (tuesday_17, thursday_17)] == [True, False]
        assert hotline.line.hours.is_open(thursday_17)
        decide(hotline, "closures", [{"from": "2026-11-24", "until": "2026-11-24"}])
        assert not seen(hotline).line.at(ITALIAN).hours.is_open(tuesday_17)

    def test_it_is_answered_in_its_language_whatever_a_file_says(self, hotline: Hotline) -> None:
        italian = hotline.line.at(ITALIAN)
        assert italian.words_in(italian.speaks_to("fr")).phrase("voicemail.closed") == "La linea è chiusa."
        assert hotline.line.speaks_to("it") == "it"
        assert italian.words.language == "fr"

    def test_what_its_catalogue_lacks_is_said_in_french(self, hotline: Hotline) -> None:
        italian = hotline.line.words_in("it")
        assert italian.phrase("pin.ask") == hotline.line.words.phrase("pin.ask")

    def test_a_decision_about_one_number_leaves_the_other(self, hotline: Hotline) -> None:
        decide(hotline, f"lines.{ITALIAN}.open", "Mo-Su 08:00-23:00")
        decide(hotline, f"lines.{ITALIAN}.prompts.it.voicemail.closed", "Chiuso.")
        decide(hotline, "lines.+33199000999.open", "24/7")
        line = seen(hotline).line
        assert line.at(ITALIAN).hours.is_open(NIGHT)
        assert not line.hours.is_open(NIGHT)
        assert line.at(ITALIAN).words_in("it").phrase("voicemail.closed") == "Chiuso."
        assert line.words_in("it").phrase("voicemail.closed") == "La linea è chiusa."
        assert not hotline.faults

    def test_broken_hours_close_that_line_only_and_are_told_with_its_name(self, hotline: Hotline) -> None:
        afternoon = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
        decide(hotline, f"lines.{ITALIAN}.open", "mardi")
        line = seen(hotline).line
        assert line.hours.is_open(afternoon)
        assert not line.at(ITALIAN).hours.is_open(afternoon)
        (fault,) = hotline.faults
        assert fault.startswith("« Ligne italienne » : La ligne reste fermée.")

    @pytest.mark.usefixtures("environment")
    def test_texts_leave_from_the_main_sender_where_that_is_no_number_of_a_line(self) -> None:
        product = bootstrap.build(load(HOTLINE_SMS_SENDER="ONSEPARLE"))
        italian = product.line.at(ITALIAN)
        assert (italian.sender, italian.own_sender, italian.one_way) == ("ONSEPARLE", None, True)
        product.database.close()

    def test_a_catalogue_that_cannot_be_read_is_told_and_french_is_said(self, environment: Path) -> None:
        prompts = environment / "prompts"
        shutil.copytree(load().prompts_folder, prompts)
        (prompts / "it.toml").write_text("[greeting]\nhello = 'Ciao'\n", encoding="utf-8")
        product = bootstrap.build(load())
        assert product.line.words_in("it").language == "fr"
        assert any("it.toml ne se lit pas" in fault for fault in product.faults)
        product.database.close()


def test_a_single_line_is_seen_the_same_from_everywhere(hotline: Hotline) -> None:
    line = hotline.line
    assert line.at(ITALIAN) is line.at(LINE) is line.at(None) is line.main is line
    assert not line.several
    assert (line.each, line.second, line.own_sender, line.name) == ([line], None, None, "")
