"""`sweep`: what the carrier knows and we do not, brought home by hand."""

from datetime import timedelta

from click.testing import CliRunner, Result

from hotline.cli import main
from hotline.cli.stage import LINE, Stage
from hotline.models import Call, Message, Sweep
from tests.databases import on_sqlite
from tests.journeys.conftest import start, town
from tests.journeys.downtime import LUCIEN, ODETTE, dead, fallback, leave_message
from tests.records import rows

pytestmark = on_sqlite
__all__ = ["fallback", "start", "town"]


def sweep(town: Stage, *more: str) -> Result:
    return CliRunner().invoke(main, ["sweep", *more], prog_name="hotline", obj=town.hotline)


def test_it_says_since_when_and_what_it_brought(town: Stage) -> None:
    with dead(town, timedelta(days=2), ticks=False):
        leave_message(town, ODETTE)
        town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    said = sweep(town, "--since", "2026-11-23")
    assert said.exit_code == 0
    first, *_, calls, voicemails, texts = said.stdout.splitlines()
    assert first == "Depuis le 23/11/2026 à 00:00…"
    assert [calls, voicemails, texts] == [
        "1 appel rapporté",
        "1 message vocal rapporté",
        "1 SMS reçu rapporté",
    ]
    assert sweep(town).stdout.splitlines()[-1] == "Rien ne manquait."
    assert (len(rows(town.hotline, Call)), len(rows(town.hotline, Message))) == (1, 1)


def test_without_a_word_it_goes_back_to_what_is_known_at_most_thirty_days(town: Stage) -> None:
    assert sweep(town).stdout.startswith("Depuis le 25/10/2026 à 14:00…")
    assert sweep(town).stdout.startswith("Depuis le 24/11/2026 à 13:45…")


def test_a_carrier_that_is_away_is_a_sentence_and_the_clock_takes_over(town: Stage) -> None:
    faults = town.exchange.faults
    faults.rest_status_of, faults.rest_status, faults.rest_status_times = "everything", 503, 1
    with dead(town, timedelta(hours=1), ticks=False):
        town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    said = sweep(town)
    assert said.exit_code == 1
    assert "panne" in said.stderr
    assert "reprendra" in said.stderr
    town.let(minutes=1)
    assert len(rows(town.hotline, Message)) >= 1
    assert all(one.finished_at for one in rows(town.hotline, Sweep))


def test_a_moment_to_come_is_refused(town: Stage) -> None:
    said = sweep(town, "--since", "2027-01-01")
    assert said.exit_code == 1
    assert "pas encore passé" in said.stderr
