"""`check` and `keys`: what is well, what is not, and nothing that should stay secret."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hotline import bootstrap, checks, crypto
from hotline.bootstrap import Hotline
from hotline.cli import main
from hotline.models import Sweep
from hotline.services import health, heartbeats
from hotline.settings import load
from hotline.spool import Event
from tests import two_numbers
from tests.cli.conftest import Account, Type
from tests.conftest import LINE, TOKEN, StoppedClock
from tests.databases import on_sqlite
from tests.postman import OWN, Postman, postman

pytestmark = on_sqlite
__all__ = ["postman"]

ADDRESS = "https://hotline.example"
NUMBER = {
    "sid": "PN" + "1" * 32,
    "phone_number": LINE,
    "voice_url": f"{ADDRESS}/voice/incoming",
    "voice_fallback_url": f"{ADDRESS}/voice/fallback",
    "status_callback": f"{ADDRESS}/voice/status",
    "sms_url": f"{ADDRESS}/sms/incoming",
    "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
}


@pytest.fixture
def well(account: Account, hotline: Hotline) -> Hotline:
    """A line on which everything is as it should be."""
    account.numbers = [NUMBER]
    with hotline.database.write() as session:
        heartbeats.note(session, health.CLOCK, hotline.clock.now())
    return hotline


def found(run: Type) -> dict[str, list[tuple[bool, str]]]:
    report: dict[str, Any] = json.loads(run("check", "--json").stdout)
    by_name: dict[str, list[tuple[bool, str]]] = {}
    for one in report["checks"]:
        by_name.setdefault(one["check"], []).append((one["ok"], one["says"]))
    return by_name


def wrong(run: Type) -> list[str]:
    return [name for name, findings in found(run).items() if not all(ok for ok, _ in findings)]


def test_all_is_well(well: Hotline, run: Type) -> None:
    done = run("check")

    assert done.exit_code == 0
    assert all(line.startswith("ok ") for line in done.stdout.splitlines())
    expected = "settings database migrations keys hours clock carrier webhooks sms geo fallback store "
    expected += "mailbox smtp alarms sweep backup spool transcription"
    assert [line.split()[1] for line in done.stdout.splitlines()] == expected.split()
    assert json.loads(run("check", "--json").stdout)["ok"] is True


def test_neither_secrets_nor_whole_numbers_are_told(well: Hotline, account: Account, run: Type) -> None:
    account.numbers = []

    told = run("check").stdout + run("check", "--json").stdout
    assert TOKEN not in told
    assert LINE not in told
    assert LINE[1:] not in told.replace(" ", "")


def test_a_clock_that_stands_still_is_told(well: Hotline, run: Type) -> None:
    with well.database.write() as session:
        heartbeats.note(session, health.CLOCK, well.clock.now().replace(hour=1))

    assert wrong(run) == ["clock"]
    assert run("check").exit_code == 1


def test_a_database_that_is_not_prepared_is_told(well: Hotline, run: Type) -> None:
    run("db", "downgrade", "base")

    assert wrong(run) == ["migrations"]
    assert "hotline db upgrade" in found(run)["migrations"][0][1]


def test_a_suspended_account_is_told(well: Hotline, account: Account, run: Type) -> None:
    account.status = "suspended"

    assert wrong(run) == ["carrier"]


def test_a_number_of_somebody_else_is_told(well: Hotline, account: Account, run: Type) -> None:
    account.numbers = []

    assert wrong(run) == ["number", "sms"]


def test_an_address_that_leads_elsewhere_is_told_with_the_right_one(
    well: Hotline, account: Account, run: Type
) -> None:
    account.numbers = [NUMBER | {"voice_url": "https://old.example/voice", "status_callback": ""}]

    assert wrong(run) == ["webhooks"]
    first, second = (says for _, says in found(run)["webhooks"])
    assert f"{ADDRESS}/voice/incoming au lieu de https://old.example/voice" in first
    assert f"{ADDRESS}/voice/status" in second


def test_a_number_without_texts_is_told(well: Hotline, account: Account, run: Type) -> None:
    account.numbers = [NUMBER | {"sms_url": "", "capabilities": {"voice": True, "sms": False}}]

    assert wrong(run) == ["sms"]
    assert "HOTLINE_SMS_SENDER" in found(run)["sms"][0][1]


def test_what_stands_before_our_addresses_is_told(well: Hotline, account: Account, run: Type) -> None:
    account.numbers = [NUMBER | {"voice_application_sid": "AP" + "1" * 32, "sms_method": "GET"}]

    assert wrong(run) == ["webhooks"]
    first, second = (says for _, says in found(run)["webhooks"])
    assert "application, qui prend les appels à notre place (AP1111" in first
    assert "« SMS entrant, méthode » doit mener à POST au lieu de GET" in second


def test_a_country_that_the_account_may_not_call_is_told(well: Hotline, account: Account, run: Type) -> None:
    account.countries = ["US", "GP"]

    assert wrong(run) == ["geo"]
    assert "ne peut pas appeler FR" in found(run)["geo"][0][1]


def test_countries_too_many_and_territories_that_are_shut_are_worth_a_word(
    well: Hotline, account: Account, run: Type
) -> None:
    account.countries = ["FR", "GP", "US", "CA"]

    ((ok, says),) = found(run)["geo"]
    assert ok
    assert "2 autres pays sont ouverts" in says
    assert "pas l'outre-mer : Guyane, Martinique, La Réunion et Mayotte" in says


def test_countries_that_cannot_be_asked_about_are_left_to_the_console(
    well: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_API_BASE_URL", "https://api.dublin.ie1.twilio.com")
    monkeypatch.setenv("HOTLINE_ALLOW_FOREIGN_CARRIER", "1")
    elsewhere = bootstrap.build(load(), well.clock)

    ((says,),) = ([finding.says] for finding in checks.countries(elsewhere))
    elsewhere.database.close()
    assert "Geo permissions" in says


def test_a_fallback_document_that_is_gone_is_told(well: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_FALLBACK_URL", "http://127.0.0.1:1/secours.xml")
    product = bootstrap.build(load(), well.clock)

    (finding,) = checks.fallback(product)
    product.database.close()
    assert not finding.ok
    assert "ne répond pas" in finding.says


def test_sweeps_and_backups_that_have_ceased_are_told(well: Hotline, clock: StoppedClock, run: Type) -> None:
    at = clock.now()
    with well.database.write() as session:
        heartbeats.note(session, health.BACKUP, at - timedelta(days=4))
        session.add(Sweep(since=at, until=at, day=at.date(), began_at=at, try_at=at, finished_at=at))
    assert wrong(run) == ["backup"]
    assert "Plus de sauvegarde depuis le 20/11" in found(run)["backup"][0][1]
    clock.advance(timedelta(days=3))
    assert wrong(run) == ["clock", "sweep", "backup"]


def test_what_waits_in_the_spool_is_told(well: Hotline, run: Type) -> None:
    well.spool.keep(Event("/sms/incoming", {}, {"Body": "Rappelez-moi"}, well.clock.now()))

    assert wrong(run) == ["spool"]
    assert "Rappelez-moi" not in run("check").stdout


def test_a_live_line_wants_a_backup_and_somebody_to_tell(live: Hotline) -> None:
    said = {finding.check: finding for look in (checks.alarms, checks.backup) for finding in look(live)}

    assert not any(finding.ok for finding in said.values())
    assert "[alarms] tell" in said["alarms"].says
    assert "hotline backup" in said["backup"].says


def test_a_check_that_breaks_is_said_without_a_stack_trace(well: Hotline, run: Type) -> None:
    with well.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE sweeps")

    done = run("check")
    assert done.exit_code == 1
    assert "sweep       n'a pas pu être regardé (OperationalError)" in done.stdout
    assert "Traceback" not in done.output
    assert "spool" in done.stdout


def test_a_carrier_out_of_reach_is_told_and_the_rest_still_looked_at(hotline: Hotline, run: Type) -> None:
    assert wrong(run) == ["clock", "carrier"]
    assert "store" in found(run)


def test_all_faults_of_the_settings_are_told_together(
    environment: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_NUMBER", "12")
    monkeypatch.setenv("HOTLINE_PORT", "zero")

    done = CliRunner().invoke(main, ["check"])

    assert done.exit_code == 1
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [["NON", "settings"]] * 2
    assert "HOTLINE_NUMBER" in done.stdout
    assert "HOTLINE_PORT" in done.stdout


def test_settings_that_are_missing_are_each_told(
    environment: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOTLINE_NUMBER")
    monkeypatch.delenv("TWILIO_AUTH_TOKEN")

    done = CliRunner().invoke(main, ["check"])

    assert done.exit_code == 1
    assert "HOTLINE_NUMBER manque" in done.stdout
    assert "TWILIO_AUTH_TOKEN manque" in done.stdout
    assert "database" in done.stdout


@pytest.fixture
def live(environment: object, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hotline]:
    """A line whose carrier is the real one; only what needs no network may be looked at."""
    monkeypatch.setenv("TWILIO_API_BASE_URL", "https://api.twilio.com")
    hotline = bootstrap.build(load(), clock)
    yield hotline
    hotline.database.close()


def keys(hotline: Hotline) -> tuple[bool, str]:
    (finding,) = checks.keys(hotline, prepared=True)
    return finding.ok, finding.says


def test_live_keys_are_well_once_a_copy_is_confirmed(live: Hotline) -> None:
    ok, says = keys(live)
    assert not ok
    assert "hotline keys confirm" in says

    done = CliRunner().invoke(main, ["keys", "confirm"], obj=live)

    assert done.exit_code == 0
    assert keys(live)[0]


def test_live_keys_beside_the_database_are_not_well(
    live: Hotline,
) -> None:
    assert live.settings.sqlite_file is not None
    live.settings.sqlite_file.with_name("encryption_keys").write_text(crypto.new_key())

    ok, says = keys(live)
    assert not ok
    assert "à côté de la base" in says


def test_keys_that_do_not_open_the_database_are_not_well(
    hotline: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_ENCRYPTION_KEYS", crypto.new_key())
    other = bootstrap.build(load(), hotline.clock)

    ok, says = keys(other)
    other.database.close()
    assert not ok
    assert "HOTLINE_ENCRYPTION_KEYS" in says


def test_each_new_key_is_another_whole_key(run: Type) -> None:
    first, second = run("keys", "new").stdout.strip(), run("keys", "new").stdout.strip()

    assert first != second
    assert len(crypto.decode_key(first)) == len(crypto.decode_key(second)) == crypto.KEY_BYTES


def smtp(hotline: Hotline, **settings: str) -> list[tuple[bool, str]]:
    product = bootstrap.build(load(**settings), hotline.clock)
    told = [(one.ok, one.says) for one in checks.smtp(product)]
    product.database.close()
    return told


def test_a_mail_server_that_takes_us_is_well(hotline: Hotline, postman: Postman) -> None:
    told = smtp(hotline, HOTLINE_SMTP_URL=postman.url, HOTLINE_MAIL_ADDRESS=OWN)
    assert told == [(True, f"les courriels partent de {OWN}")]
    assert postman.arrived == []


def test_a_mail_server_out_of_reach_and_an_address_that_is_missing_are_told(hotline: Hotline) -> None:
    ((well, says),) = smtp(hotline, HOTLINE_SMTP_URL="smtp://127.0.0.1:1")
    assert not well
    assert "HOTLINE_MAIL_ADDRESS" in says
    ((well, says),) = smtp(hotline, HOTLINE_SMTP_URL="smtp://127.0.0.1:1", HOTLINE_MAIL_ADDRESS=OWN)
    assert not well
    assert "ne répond pas" in says


@pytest.fixture
def second_number(account: Account, environment: Path, monkeypatch: pytest.MonkeyPatch) -> Account:
    """An association with a second number; set up before the product is built."""
    two_numbers.use(environment, monkeypatch)
    return account


def test_each_of_several_numbers_is_looked_at_and_told_by_its_name(
    second_number: Account, well: Hotline, run: Type
) -> None:
    italian = NUMBER | {"sid": "PN" + "2" * 32, "phone_number": two_numbers.ITALIAN}
    second_number.numbers = [NUMBER, italian]
    told = found(run)
    assert len(told["webhooks"]) == len(told["sms"]) == len(told["hours"]) == 2
    assert any(says.startswith("Ligne italienne : ") for _, says in told["hours"])
