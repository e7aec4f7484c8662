"""One association, two numbers: the Italian line has its own hours and words, team and files are common."""

from datetime import datetime
from pathlib import Path

import pytest

from hotline.cli.stage import LINE, Stage
from hotline.models import Callback, Caller, Request, Voicemail, Volunteer
from hotline.models.status import CallbackState, RequestState
from hotline.rehearsal.phones import Behaviour
from hotline.services import taps
from tests.journeys.conftest import PARIS
from tests.journeys.waiting import until_the_beep
from tests.people import add_listener, add_volunteer
from tests.records import only, rows
from tests.two_numbers import ITALIAN, use

LUIGI, ODETTE, CHIARA, NADIA = "+33639980001", "+33639980002", "+33639980101", "+33639980102"


@pytest.fixture
def environment(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings of an association with two numbers."""
    return use(environment, monkeypatch)


@pytest.fixture
def start() -> datetime:
    """A Tuesday at 14:00: the main line is open, the Italian one opens at 16:00."""
    return datetime(2026, 11, 24, 14, 0, tzinfo=PARIS)


def italian_message(town: Stage) -> None:
    """Luigi phones the Italian line while it is closed, and leaves a message."""
    luigi = town.phone(LUIGI)
    luigi.dial(ITALIAN)
    until_the_beep(town, luigi)
    luigi.speak(6)
    town.let(16)
    luigi.hang_up()
    town.let(20)


def test_the_italian_line_takes_messages_in_italian_while_the_main_line_rings(town: Stage) -> None:
    add_listener(town.hotline, NADIA)
    nadia, odette = town.phone(NADIA), town.phone(ODETTE)
    italian_message(town)
    heard = [words for _, words in town.phone(LUIGI).heard]
    assert "aprirà oggi martedì alle sedici" in " ".join(heard)
    assert heard[-1].startswith("Grazie del suo messaggio.")
    assert only(town.hotline, Voicemail).sha256
    assert nadia.heard == []
    nadia.behaviour = Behaviour("answers", keys=("1",))
    odette.dial(LINE)
    town.let(25)
    assert odette.prompt == "bridged"


def test_a_volunteer_who_speaks_italian_phones_back_and_the_number_that_was_dialled_is_shown(
    town: Stage,
) -> None:
    add_volunteer(town.hotline, "Nadia", NADIA)
    add_volunteer(town.hotline, "Chiara", CHIARA, languages="fr,it")
    luigi, chiara, nadia = town.phone(LUIGI), town.phone(CHIARA), town.phone(NADIA)
    italian_message(town)
    assert (len(chiara.texts), nadia.texts) == (1, [])
    assert chiara.texts[0].from_ == LINE
    chiara.text(ITALIAN, "Oui")
    town.let(20)
    assert chiara.texts[-1].from_ == ITALIAN
    chiara.dial(LINE)
    town.let(20)
    assert (luigi.state, luigi.ringing_from) == ("ringing", ITALIAN)
    luigi.answer()
    town.let(12)
    assert [words for _, words in luigi.heard[-2:]] == [
        "Buongiorno, resti in linea.",
        "Buongiorno, una chiamata di Chiara.",
    ]
    luigi.hang_up()
    town.let(5)
    chiara.press("1")
    town.let(20)
    assert only(town.hotline, Callback).state is CallbackState.MADE
    assert only(town.hotline, Request).state is RequestState.CLOSED


def test_a_tap_rings_the_volunteer_under_the_number_that_the_caller_knows(town: Stage) -> None:
    chiara_id = add_volunteer(town.hotline, "Chiara", CHIARA, languages="fr,it")
    luigi, chiara = town.phone(LUIGI), town.phone(CHIARA)
    italian_message(town)
    chiara.text(LINE, "oui")
    town.let(20)
    callback = only(town.hotline, Callback)
    with town.hotline.database.write() as session:
        assert taps.ask(session, session.get_one(Volunteer, chiara_id), callback.id, town.hotline.clock.now())
    town.let(5)
    assert (chiara.state, chiara.ringing_from) == ("ringing", ITALIAN)
    chiara.answer()
    town.let(8)
    chiara.press("1")
    town.let(10)
    assert luigi.ringing_from == ITALIAN


def test_a_text_is_answered_from_the_number_it_was_sent_to_even_in_doubt(town: Stage) -> None:
    luigi, odette = town.phone(LUIGI), town.phone(ODETTE)
    town.exchange.faults.rest_drop_after_processing = 1
    luigi.text(ITALIAN, "Mi può richiamare?")
    town.let(90)
    odette.text(LINE, "Pouvez-vous me rappeler ?")
    town.let(20)
    (to_luigi,), (to_odette,) = luigi.texts, odette.texts
    assert to_luigi.from_ == ITALIAN
    assert "Un volontario la richiamerà" in to_luigi.body
    assert to_odette.from_ == LINE
    assert [caller.line for caller in rows(town.hotline, Caller)] == [ITALIAN, None]
