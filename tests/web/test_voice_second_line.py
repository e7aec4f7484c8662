"""A second number of the same association: its own hours, language and listeners, the same team and files."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Call, Caller, OutboxRow, Request
from hotline.models.status import CallOutcome
from tests.conftest import LINE, StoppedClock
from tests.people import add_caller, add_listener, add_volunteer
from tests.records import only, rows
from tests.two_numbers import ITALIAN, RULES, use
from tests.webhooks import Document, Webhooks

PARIS = ZoneInfo("Europe/Paris")
OPEN_BOTH = datetime(2026, 11, 24, 16, 30, tzinfo=PARIS)
NADIA, PIERO, LUIGI = "+33639980101", "+33639980102", "+33639980001"


@pytest.fixture
def environment(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings of an association with two numbers."""
    return use(environment, monkeypatch)


def italian(line: Webhooks, number: int = 1, caller: str = LUIGI, **params: str) -> Document:
    """Somebody phones the Italian line."""
    return line.call(number, caller, To=ITALIAN, **params)


def rung(document: Document) -> list[str]:
    return [str(leg.text) for leg in document.verb("Dial").findall("Number")]


def test_the_second_line_is_closed_while_the_main_one_is_open(hotline: Hotline, line: Webhooks) -> None:
    add_listener(hotline, NADIA)
    assert line.call(1, "+33639980003").has("Dial")
    closed = italian(line, 2)
    assert "La linea aprirà oggi martedì alle sedici." in closed.said
    assert closed.verb("Say").get("language") == "it-IT"
    assert "/voice/message?language=it" in str(closed.verb("Record").get("action"))


def test_a_message_is_thanked_for_in_the_language_of_the_number(line: Webhooks) -> None:
    action = str(italian(line).verb("Record").get("action"))
    form = line.form(To=ITALIAN, RecordingSid="RE" + "0" * 32, RecordingDuration="9")
    assert "Grazie del suo messaggio." in line.document(action, **form).said


def test_open_it_greets_in_italian_and_listeners_see_which_line_is_called(
    hotline: Hotline, line: Webhooks, clock: StoppedClock
) -> None:
    clock.set(OPEN_BOTH)
    add_listener(hotline, NADIA)
    answer = italian(line)
    assert "Buongiorno, qui On se parle." in answer.said
    assert answer.verb("Dial").get("callerId") == ITALIAN
    assert line.call(2, "+33639980003").verb("Dial").get("callerId") == LINE


def test_a_shift_hears_one_line_or_all_of_them(hotline: Hotline, line: Webhooks, clock: StoppedClock) -> None:
    clock.set(OPEN_BOTH)
    add_listener(hotline, PIERO, line=ITALIAN)
    add_listener(hotline, NADIA, line=LINE)
    add_listener(hotline, "+33639980103")
    assert rung(italian(line)) == [PIERO, "+33639980103"]
    assert rung(line.call(2, "+33639980003")) == [NADIA, "+33639980103"]


def test_a_new_caller_speaks_the_language_of_the_number_and_is_known_under_it(
    hotline: Hotline, line: Webhooks, clock: StoppedClock
) -> None:
    italian(line)
    luigi = only(hotline, Caller)
    assert (luigi.language, luigi.line) == ("it", ITALIAN)
    clock.advance(timedelta(hours=1))
    line.call(2, LUIGI)
    luigi = only(hotline, Caller)
    assert (luigi.language, luigi.line) == ("it", None)
    assert len(rows(hotline, Request)) == 1


def test_a_withheld_caller_of_the_second_line_is_asked_for_the_number_in_its_language(
    hotline: Hotline, line: Webhooks
) -> None:
    assert "Il suo numero è nascosto" in italian(line, caller="anonymous").said
    assert only(hotline, Caller).language == "it"


def test_somebody_known_in_french_hears_italian_there_and_keeps_their_file(
    hotline: Hotline, line: Webhooks
) -> None:
    add_caller(hotline, LUIGI, "Luigi", language="fr")
    assert "La linea aprirà" in italian(line).said
    assert only(hotline, Caller).language == "fr"


def test_the_main_line_greets_an_italian_caller_in_italian(
    hotline: Hotline, line: Webhooks, clock: StoppedClock
) -> None:
    clock.set(OPEN_BOTH)
    add_listener(hotline, NADIA)
    italian(line)
    assert "Buongiorno, qui On se parle." in line.call(2, LUIGI).said


def test_a_volunteer_may_dial_either_number_and_hears_the_same(hotline: Hotline, line: Webhooks) -> None:
    add_volunteer(hotline, "Camille", NADIA)
    assert italian(line, 1, NADIA).said == line.call(2, NADIA).said
    assert not rows(hotline, Request)


@pytest.mark.parametrize("ours", [LINE, ITALIAN])
def test_our_own_numbers_calling_each_other_hear_the_busy_tone(
    hotline: Hotline, line: Webhooks, ours: str
) -> None:
    other = {LINE: ITALIAN, ITALIAN: LINE}[ours]
    assert line.call(1, ours, To=other).has("Reject")
    assert only(hotline, Call).outcome is CallOutcome.REFUSED


def test_what_breaks_is_apologised_for_in_the_language_of_the_number(line: Webhooks) -> None:
    broken = line.document("/voice/fallback", **line.form(To=ITALIAN), ErrorCode="11200")
    assert "Ci scusiamo" in broken.said
    assert "Nous sommes désolés" not in broken.said


def test_a_text_is_answered_from_the_number_that_it_was_sent_to(hotline: Hotline, line: Webhooks) -> None:
    line.text("Ciao", LUIGI, number=1, To=ITALIAN)
    line.text("Bonjour", "+33639980003", number=2)
    first, second = rows(hotline, OutboxRow)
    assert (first.sender, second.sender) == (ITALIAN, None)
    assert "Un volontario la richiamerà" in first.body
    assert "Un volontaire vous rappellera" in second.body


@pytest.mark.parametrize("ours", [LINE, ITALIAN])
def test_texts_from_our_own_numbers_are_never_answered(hotline: Hotline, line: Webhooks, ours: str) -> None:
    line.text("Bonjour", ours, To=ITALIAN)
    assert not rows(hotline, OutboxRow)
    assert not rows(hotline, Caller)


def test_a_number_that_is_none_of_ours_is_answered_as_the_main_line(hotline: Hotline, line: Webhooks) -> None:
    add_listener(hotline, NADIA)
    assert line.call(1, LUIGI, To="+33199000999").verb("Dial").get("callerId") == LINE
    assert only(hotline, Caller).line is None


class TestWithoutCatalogue:
    """A language for which nobody has written the phrases."""

    @pytest.fixture
    def environment(self, environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        rules = RULES.replace('"it"', '"es"') + 'prompts = { "fr.voicemail.closed" = "Cerrado." }\n'
        return use(environment, monkeypatch, rules)

    def test_it_speaks_french_with_its_own_phrases_over_it(self, hotline: Hotline, line: Webhooks) -> None:
        said = italian(line).said
        assert "La ligne ouvrira" in said
        assert only(hotline, Caller).language == "es"
        assert hotline.line.at(ITALIAN).words.phrase("voicemail.closed") == "Cerrado."
        assert hotline.line.words.phrase("voicemail.closed") == "La ligne est fermée."
