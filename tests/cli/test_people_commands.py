"""`volunteer`, `shift`, `demo-data`: who is known to the line."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from hotline.bootstrap import Hotline
from hotline.models import AuditEntry, OutboxRow, Volunteer
from hotline.services import demo
from tests import two_numbers
from tests.cli.conftest import Type
from tests.databases import on_sqlite
from tests.services.platform import exports

pytestmark = on_sqlite

HEADER = "first_name;last_name;phone;email;birth_date;postcode;languages;available;capacity;on_site;note\n"
CAMILLE = "Camille;Arnaud;0639980101;camille@example.org;1958-03-12;05100;fr;Mo,We 14:00-17:00;2;oui;\n"
BRUNO = "Bruno;Bonnet;06 39 98 01 02;;;;;;;;\n"


def listed(run: Type) -> list[dict[str, Any]]:
    found = json.loads(run("export", "volunteers").stdout)
    assert isinstance(found, list)
    return found


def test_a_volunteer_is_added_with_flags(run: Type) -> None:
    done = run(
        *("volunteer", "add", "--first-name", "Camille", "--phone", "06 39 98 01 01", "--languages", "fr,en"),
        *("--available", "Mo,We 14:00-17:00", "--capacity", "2", "--on-site"),
    )

    (camille,) = listed(run)
    assert (done.exit_code, done.stdout) == (0, "Camille : ajouté.\n")
    assert (camille["phone"], camille["languages"], camille["capacity"]) == ("+33639980101", "fr,en", 2)
    assert (camille["state"], camille["available"]) == ("active", "Mo,We 14:00-17:00")


def test_a_volunteer_added_as_pending_waits_for_a_coordinator(run: Type) -> None:
    run("volunteer", "add", "--first-name", "Camille", "--phone", "0639980101", "--pending")

    assert listed(run)[0]["state"] == "pending"


def test_a_volunteer_with_a_faulty_number_is_refused(run: Type) -> None:
    told = run("volunteer", "add", "--first-name", "Camille", "--phone", "12")

    assert told.exit_code == 1
    assert "phone : Ce numéro de téléphone n'est pas valable" in told.stderr
    assert listed(run) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_is_imported_row_by_row(run: Type, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "volunteers.csv"
    file.write_bytes((HEADER + CAMILLE + BRUNO.replace("Bruno", "Élise")).encode(encoding))

    first, second = run("volunteer", "import", str(file)), run("volunteer", "import", str(file))

    assert first.exit_code == second.exit_code == 0
    assert "ligne 2 : ajouté : Camille Arnaud" in first.stdout
    assert "ligne 3 : ajouté : Élise Bonnet" in first.stdout
    assert "En tout : 2 lignes inchangées." in second.stdout
    assert [one["first_name"] for one in listed(run)] == ["Camille", "Élise"]


def test_a_faulty_row_refuses_the_file_unless_it_is_skipped(run: Type, tmp_path: Path) -> None:
    file = tmp_path / "volunteers.csv"
    file.write_text(HEADER + CAMILLE + BRUNO.replace("06 39 98 01 02", "06 39"))

    refused = run("volunteer", "import", str(file))
    assert refused.exit_code == 1
    assert "ligne 2 : valable, laissé de côté" in refused.stdout
    assert "ligne 3 : refusé : phone : " in refused.stdout
    assert "rien n'a été importé" in refused.stderr
    assert listed(run) == []

    skipped = run("volunteer", "import", str(file), "--skip-bad")
    assert skipped.exit_code == 0
    assert [one["first_name"] for one in listed(run)] == ["Camille"]


def test_a_file_of_another_layout_is_refused_with_the_columns_expected(run: Type, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("Prénom;Téléphone\nCamille;0639980101\n")

    told = run("volunteer", "import", str(file))

    assert told.exit_code == 1
    assert "first_name;last_name;phone" in told.stderr


def test_an_import_is_in_the_audit_log(run: Type, hotline: Hotline, tmp_path: Path) -> None:
    file = tmp_path / "volunteers.csv"
    file.write_text(HEADER + CAMILLE)
    run("volunteer", "import", str(file))

    with hotline.database.read() as session:
        (entry,) = session.scalars(select(AuditEntry))
    assert (entry.action, entry.subject) == ("volunteer.import", "import:1")


def test_lists_name_people_and_mask_their_numbers(run: Type) -> None:
    run("demo-data")

    volunteers, shifts = run("volunteer", "list").stdout, run("shift", "list").stdout
    assert "Camille Arnaud" in volunteers
    assert "Mo-Fr 10:00-18:00" in shifts
    for shown in (volunteers, shifts):
        assert "•• •• •• •• 01" in shown
        assert "3998" not in shown.replace(" ", "")


def test_shifts_are_imported_once(run: Type, tmp_path: Path) -> None:
    file = tmp_path / "shifts.csv"
    file.write_text("phone;available;from;until\n0639980201;Mo-Fr 10:00-18:00;2026-11-01;31/12/2026\n")

    first, second = run("shift", "import", str(file)), run("shift", "import", str(file))

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "1 ligne ajoutée" in first.stdout
    assert "1 ligne inchangée" in second.stdout
    assert "01/11/2026  31/12/2026" in run("shift", "list").stdout


def test_a_shift_that_ends_before_it_begins_refuses_the_file(run: Type, tmp_path: Path) -> None:
    file = tmp_path / "shifts.csv"
    file.write_text("phone,available,from,until\n0639980201,,2026-12-31,2026-12-01\n")

    told = run("shift", "import", str(file))

    assert told.exit_code == 1
    assert "la fin vient avant le début" in told.stdout


def test_demo_people_come_once_and_only_with_numbers_of_fiction(run: Type) -> None:
    first, second = run("demo-data"), run("demo-data")

    assert first.stdout == "8 bénévoles ajoutés, 2 permanences ajoutées.\n"
    assert second.stdout == "0 bénévole ajouté, 0 permanence ajoutée.\n"
    assert len({person.number for person in demo.PEOPLE}) == len(demo.PEOPLE)
    assert all(person.number.startswith(("+3363998", "+3319900", "+3335301")) for person in demo.PEOPLE)


def test_a_volunteer_is_added_with_care_and_in_tandem(run: Type, hotline: Hotline) -> None:
    run("volunteer", "add", "--first-name", "Nadia", "--phone", "0639980103")
    done = run(
        *("volunteer", "add", "--first-name", "Camille", "--phone", "0639980101", "--quiet", "12:00-14:00"),
        *("--weekly-cap", "3", "--mentor", "0639980103"),
    )

    assert (done.exit_code, done.stdout) == (0, "Camille : ajouté.\n")
    nadia, camille = listed(run)
    assert (camille["quiet"], camille["weekly_cap"], camille["trainee"]) == ("12:00-14:00", 3, True)
    assert (nadia["quiet"], nadia["weekly_cap"], nadia["trainee"]) == ("", None, False)
    with hotline.database.read() as session:
        assert session.get_one(Volunteer, camille["id"]).mentor_id == nadia["id"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--weekly-cap", "0"], "weekly_cap : « 0 » n'est pas un nombre d'appels par semaine"),
        (["--mentor", "0639980101"], "ne peut pas être son propre tuteur"),
        (["--mentor", "0639980199"], "aucun bénévole n'a ce numéro"),
        (["--welcome", "--pending"], "ne vont pas ensemble"),
    ],
)
def test_what_makes_no_sense_is_refused_and_adds_nobody(run: Type, options: list[str], says: str) -> None:
    told = run("volunteer", "add", "--first-name", "Camille", "--phone", "0639980101", *options)

    assert told.exit_code == 1
    assert says in told.stderr
    assert listed(run) == []


def test_a_welcome_says_when_it_leaves(run: Type, hotline: Hotline, tmp_path: Path) -> None:
    file = tmp_path / "volunteers.csv"
    file.write_text(HEADER + CAMILLE + BRUNO.replace("06 39 98 01 02", "0199000250"))

    told = run("volunteer", "import", str(file), "--welcome")

    assert "ligne 2 : ajouté : Camille Arnaud : son lien et son code partent aujourd'hui" in told.stdout
    assert (
        "ligne 3 : ajouté : Bruno Bonnet : sans lien ni code : ce téléphone ne reçoit pas de SMS"
        in told.stdout
    )
    more = run("volunteer", "add", "--first-name", "Nadia", "--phone", "0639980103", "--welcome")
    assert more.stdout == "Nadia : ajouté (son lien et son code partent aujourd'hui).\n"
    with hotline.database.read() as session:
        assert [row.kind for row in session.scalars(select(OutboxRow))] == ["welcome", "welcome"]


def test_a_new_pin_leaves_by_text_and_is_shown_nowhere_else(run: Type, hotline: Hotline) -> None:
    run("volunteer", "add", "--first-name", "Camille", "--phone", "0639980101")

    done = run("volunteer", "pin", "06 39 98 01 01")

    assert done.stdout == "Camille : un nouveau code et le lien de sa page partent par SMS.\n"
    with hotline.database.read() as session:
        (row,) = session.scalars(select(OutboxRow))
        assert session.scalars(select(AuditEntry.action)).all() == ["volunteer.import", "volunteer.pin"]
    (pin,) = re.findall(r"\*([0-9]{8})#", row.body)
    assert pin not in done.stdout + done.stderr
    assert run("volunteer", "pin", "0639980199").exit_code == 1


def test_an_absence_is_noted_and_ended(run: Type) -> None:
    run("volunteer", "add", "--first-name", "Camille", "--phone", "0639980101")

    away = run("volunteer", "away", "0639980101", "--until", "2026-12-07")
    assert away.stdout == "Camille : en pause du 24/11/2026 au 07/12/2026 compris.\n"
    assert listed(run)[0]["state"] == "paused"
    assert run("volunteer", "back", "0639980101").stdout == "Camille : de retour.\n"
    assert run("volunteer", "back", "0639980101").stdout == "Camille : aucune absence.\n"
    later = run("volunteer", "away", "0639980101", "--from", "2026-12-24")
    assert later.stdout == "Camille : en pause du 24/12/2026 jusqu'à son retour.\n"
    assert listed(run)[0]["state"] == "active"
    refused = run("volunteer", "away", "0639980101", "--until", "2026-11-01")
    assert (refused.exit_code, "la fin vient avant le début" in refused.stderr) == (1, True)


class TestSeveralNumbers:
    """An association with a second number."""

    @pytest.fixture
    def environment(self, environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        return two_numbers.use(environment, monkeypatch)

    def test_the_list_says_which_line_a_shift_hears(self, run: Type, tmp_path: Path) -> None:
        file = tmp_path / "shifts.csv"
        file.write_text("phone;line\n0639980201;Ligne italienne\n0639980202;\n")
        assert run("shift", "import", str(file)).exit_code == 0
        listed = run("shift", "list").stdout.splitlines()
        assert listed[0].split()[-1] == "ligne"
        assert listed[-2].rstrip().endswith("Ligne italienne")
        assert listed[-1].rstrip().endswith("toutes")


def test_an_import_can_be_looked_at_first_listed_and_undone(run: Type, tmp_path: Path) -> None:
    file = tmp_path / "volunteers.csv"
    file.write_text(HEADER + CAMILLE + BRUNO)

    seen = run("volunteer", "import", str(file), "--dry-run")
    assert "2 lignes ajoutées" in seen.stdout
    assert "Rien n'est écrit." in seen.stdout
    assert listed(run) == []

    done = run("volunteer", "import", str(file))
    assert "Pour tout annuler : hotline volunteer import --undo 1" in done.stdout
    assert "volunteers.csv" in run("volunteer", "imports").stdout
    undone = run("volunteer", "import", "--undo", "1")
    assert "L'import 1 est annulé : 2 fiches retirées." in undone.stdout
    assert listed(run) == []
    again = run("volunteer", "import", "--undo", "1")
    assert (again.exit_code, "déjà annulé" in again.stderr) == (1, True)


def test_an_export_of_the_platform_is_imported_by_the_same_command(run: Type, tmp_path: Path) -> None:
    file = tmp_path / "profiles.xlsx"
    person = {"profile_id": 812, "first_name": "Gaëlle", "mobile": 639980101, "state": "Validée"}
    masked = {"profile_id": 813, "state": "Mission signalée"}
    file.write_bytes(exports.xlsx(exports.PARTICIPATIONS["2020-03-19"], [person, masked]))

    told = run("volunteer", "import", str(file))

    assert told.exit_code == 0, told.stderr
    assert "ligne 2 : ajouté : Gaëlle" in told.stdout
    assert "ligne 3 : passé : coordonnées masquées par la plateforme" in told.stdout
    assert [one["phone"] for one in listed(run)] == ["+33639980101"]
