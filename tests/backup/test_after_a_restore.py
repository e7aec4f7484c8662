"""A line that comes out of a backup asks the carrier before it says anything twice."""

from datetime import timedelta
from pathlib import Path

import pytest

from hotline.bootstrap import Hotline
from hotline.cli.stage import LINE, Stage
from hotline.models import Alert, AuditEntry, Heartbeat, OutboxRow
from hotline.models.status import OutboxState
from hotline.services import health
from scheduler.timetable import run_due
from tests.backup.conftest import Place, Places, back_up
from tests.databases import on_sqlite
from tests.journeys.conftest import start, town
from tests.people import add_volunteer
from tests.records import only, rows

pytestmark = on_sqlite
__all__ = ["start", "town"]

LUCIEN, CAMILLE = "+33639980001", "+33639980101"


def sent(town: Stage) -> list[str]:
    """The bodies that the carrier was given."""
    return [text.body for text in town.exchange.messages.values() if text.direction != "inbound"]


def brought_back(town: Stage, file: Path, elsewhere: Places) -> Place:
    """The backup put back elsewhere, for the same account at the same carrier."""
    given = town.hotline.settings.environment
    place = elsewhere(
        on=town.hotline.clock,
        TWILIO_API_BASE_URL=given.api_base_url,
        TWILIO_ACCOUNT_SID=given.account_sid,
        TWILIO_AUTH_TOKEN=given.auth_token.get_secret_value() if given.auth_token else None,
        HOTLINE_PUBLIC_URL=given.public_url,
        HOTLINE_SMS_SENDER=LINE,
    )
    place.restore(file)
    return place


def let(town: Stage, hotline: Hotline, minutes: int) -> None:
    """Let time pass for the line that came back; the old one is dead."""
    for _ in range(minutes * 3):
        town.exchange.advance_to(town.now + timedelta(seconds=20))
        assert [ran for ran in run_due(hotline) if ran.failed] == []


def test_a_text_that_left_after_the_backup_does_not_leave_again(
    town: Stage, file: Path, elsewhere: Places
) -> None:
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    back_up(town.hotline, file)
    town.let(minutes=2)
    assert only(town.hotline, OutboxRow).state is OutboxState.DELIVERED
    place = brought_back(town, file, elsewhere)
    assert only(place.hotline, OutboxRow).state is OutboxState.DOUBTFUL
    let(town, place.hotline, 3)
    assert only(place.hotline, OutboxRow).state is OutboxState.DELIVERED
    assert len(sent(town)) == 1


def test_a_text_that_never_left_leaves_once_it_is_sure(town: Stage, file: Path, elsewhere: Places) -> None:
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    back_up(town.hotline, file)
    town.exchange.advance_to(town.now + timedelta(hours=2))
    place = brought_back(town, file, elsewhere)
    let(town, place.hotline, 2)
    assert only(place.hotline, OutboxRow).state in {OutboxState.SENT, OutboxState.DELIVERED}
    assert len(sent(town)) == 1


def test_a_text_that_makes_no_sense_any_more_never_leaves(town: Stage, file: Path, elsewhere: Places) -> None:
    add_volunteer(town.hotline, "Camille", CAMILLE)
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    back_up(town.hotline, file)
    town.exchange.advance_to(town.now + timedelta(days=3))
    place = brought_back(town, file, elsewhere)
    stale = only(place.hotline, OutboxRow)
    let(town, place.hotline, 2)
    row = next(row for row in rows(place.hotline, OutboxRow) if row.id == stale.id)
    assert (row.state, row.error) == (OutboxState.FAILED, "trop tard pour un autre essai")
    assert stale.body not in sent(town)


def test_a_text_that_waits_for_the_morning_goes_on_waiting(
    town: Stage, file: Path, elsewhere: Places
) -> None:
    add_volunteer(town.hotline, "Camille", CAMILLE)
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    town.let(minutes=1)
    with town.hotline.database.write() as session:
        row = session.get_one(OutboxRow, rows(town.hotline, OutboxRow)[-1].id)
        row.state, row.due_at = OutboxState.QUEUED, town.now + timedelta(hours=1)
    back_up(town.hotline, file)
    place = brought_back(town, file, elsewhere)
    assert rows(place.hotline, OutboxRow)[-1].state is OutboxState.QUEUED


def test_the_clock_sees_a_gap_however_young_the_backup_is(town: Stage, file: Path, elsewhere: Places) -> None:
    town.tick()
    made_at = town.hotline.clock.now()
    back_up(town.hotline, file)
    place = brought_back(town, file, elsewhere)
    beats = {beat.name: beat.at for beat in rows(place.hotline, Heartbeat)}
    assert beats[health.CLOCK] <= made_at - timedelta(minutes=30)
    assert beats["backup"] == made_at


def test_the_team_is_told_and_the_audit_log_names_who_did_it(
    town: Stage, file: Path, elsewhere: Places
) -> None:
    back_up(town.hotline, file)
    place = brought_back(town, file, elsewhere)
    assert only(place.hotline, Alert).kind == "restored"
    entry = only(place.hotline, AuditEntry)
    assert (entry.action, entry.actor, entry.subject) == ("restore", "essai", "2026-11-24 13:00 UTC")


@pytest.mark.parametrize("name", ["hotline.toml", "prompts/fr.toml", "prompts/es.toml"])
def test_rules_come_back_and_words_of_this_version_stay(
    hotline: Hotline, file: Path, elsewhere: Places, config: Path, name: str
) -> None:
    (config.parent / "prompts").mkdir()
    (config.parent / name).write_text("# ce que l'association a écrit\n")
    back_up(hotline, file)
    place = elsewhere()
    folder = place.folder / "config"
    (folder / "prompts").mkdir()
    (folder / "prompts" / "fr.toml").write_text("# de cette version\n")
    (folder / "hotline.toml").write_text("# celui d'ici\n")
    place.restore(file)
    kept = {
        "hotline.toml": {"hotline.toml": "écrit", "hotline.toml.avant": "d'ici"},
        "prompts/fr.toml": {"prompts/fr.toml": "de cette version", "prompts/fr.toml.sauvegarde": "écrit"},
        "prompts/es.toml": {"prompts/es.toml": "écrit"},
    }
    for found, says in kept[name].items():
        assert says in (folder / found).read_text()
