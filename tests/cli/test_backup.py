"""`backup` and `restore` as they are typed, from one folder to another with other keys."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.cli import main
from hotline.cli.stage import LINE, Stage
from hotline.crypto import new_key
from hotline.models import AuditEntry, Caller, Heartbeat, Voicemail
from hotline.settings import load
from scheduler.embedded import only_clock
from tests.cli.conftest import Type
from tests.databases import ENCRYPTION_KEY, on_sqlite
from tests.journeys.conftest import start, town
from tests.journeys.waiting import until_the_beep
from tests.people import add_caller
from tests.records import only, rows

__all__ = ["start", "town"]

ODETTE = "+33199000201"


def a_message(town: Stage) -> None:
    odette = town.phone(ODETTE)
    odette.dial(LINE)
    until_the_beep(town, odette)
    odette.speak(6)
    town.let(6)
    odette.hang_up()
    town.let(30)


def typed(hotline: Hotline, *words: str) -> Result:
    return CliRunner().invoke(main, words, prog_name="hotline", obj=hotline, catch_exceptions=False)


@pytest.fixture
def elsewhere(town: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hotline:
    """Another folder with nothing in it but a file of keys: a new one, then the old one."""
    folder, given = tmp_path / "elsewhere", town.hotline.settings.environment
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "keys").write_text(f"{new_key()},{ENCRYPTION_KEY}\n")
    monkeypatch.delenv("HOTLINE_ENCRYPTION_KEYS")
    monkeypatch.setenv("HOTLINE_ENCRYPTION_KEYS_FILE", "keys")
    values = {
        "DATABASE_URL": "sqlite:///var/hotline.db",
        "HOTLINE_RECORDINGS_URL": "file:var/recordings",
        "HOTLINE_PUBLIC_URL": given.public_url,
        "HOTLINE_SMS_SENDER": LINE,
        "TWILIO_API_BASE_URL": given.api_base_url,
        "TWILIO_ACCOUNT_SID": given.account_sid,
        "TWILIO_AUTH_TOKEN": given.auth_token.get_secret_value() if given.auth_token else None,
    }
    return bootstrap.build(load(**values), town.hotline.clock)


@on_sqlite
def test_a_line_is_moved_to_another_folder_with_another_key_file(
    town: Stage, tmp_path: Path, elsewhere: Hotline
) -> None:
    a_message(town)
    file = tmp_path / "une.sauvegarde"
    made = typed(town.hotline, "backup", str(file)).stdout
    assert f"Sauvegarde faite : « {file} »" in made
    assert "1 enregistrement." in made
    back = typed(elsewhere, "restore", str(file)).stdout
    assert "La ligne est comme le 24/11/2026 à 14:0" in back
    assert typed(elsewhere, "tick").exit_code == 0
    assert typed(elsewhere, "caller", "show", ODETTE).exit_code == 0
    message = only(elsewhere, Voicemail)
    assert elsewhere.store.get(message.recording_sid) == town.hotline.store.get(message.recording_sid)
    checks = json.loads(typed(elsewhere, "check", "--json").stdout)["checks"]
    faults = {one["check"]: one["says"] for one in checks if not one["ok"]}
    here = json.loads(typed(town.hotline, "check", "--json").stdout)["checks"]
    assert set(faults) <= {one["check"] for one in here if not one["ok"]}, faults
    elsewhere.database.close()


@on_sqlite
def test_a_backup_is_noted_for_whoever_watches_its_age(hotline: Hotline, run: Type, tmp_path: Path) -> None:
    add_caller(hotline, "+33639980001", "Odette Martin")
    assert run("backup", str(tmp_path / "une.sauvegarde")).exit_code == 0
    assert {beat.name: beat.at for beat in rows(hotline, Heartbeat)} == {"backup": hotline.clock.now()}
    assert only(hotline, AuditEntry).action == "backup"
    refused = run("backup", str(tmp_path / "une.sauvegarde"))
    assert refused.exit_code == 1
    assert "existe déjà" in refused.stderr


@on_sqlite
def test_a_folder_of_backups_keeps_the_last_ones(hotline: Hotline, run: Type, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    add_caller(hotline, "+33639980001", "Odette Martin")
    folder.mkdir()
    for name in ("on-se-parle-20261120T030000Z", "on-se-parle-20261121T030000Z", "by-hand"):
        (folder / f"{name}.sauvegarde").write_text("earlier")
    assert run("backup", "--keep", "2", str(folder)).exit_code == 0
    assert sorted(file.name for file in folder.iterdir()) == [
        "by-hand.sauvegarde",
        "on-se-parle-20261121T030000Z.sauvegarde",
        "on-se-parle-20261124T130000Z.sauvegarde",
    ]
    assert "au moins 1" in run("backup", "--keep", "0", str(folder)).stderr


@on_sqlite
def test_nothing_is_restored_beside_a_running_clock(town: Stage, tmp_path: Path, elsewhere: Hotline) -> None:
    file = tmp_path / "une.sauvegarde"
    typed(town.hotline, "backup", str(file))
    place = elsewhere.settings.sqlite_file
    assert place
    place.parent.mkdir()
    with only_clock(place):
        refused = typed(elsewhere, "restore", str(file))
    assert "L'horloge tourne : arrêtez la ligne" in refused.stderr
    assert rows(town.hotline, Caller) == []
    elsewhere.database.close()


@on_sqlite
def test_a_file_that_is_not_there_is_said_without_a_traceback(run: Type) -> None:
    refused = run("restore", "/nowhere/une.sauvegarde")
    assert refused.exit_code == 1
    assert "ne se lit pas" in refused.stderr
