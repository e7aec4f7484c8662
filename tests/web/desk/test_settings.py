"""The state of the line in plain French, and everything that is kept, to be taken away."""

from datetime import timedelta

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Sweep
from hotline.models.status import Role
from hotline.services import exports
from hotline.web.desk.settings import KINDS
from tests.conftest import LINE
from tests.people import add_caller
from tests.web.desk.conftest import Desk, sign_in


def test_the_page_says_what_is_wrong_and_how_to_mend_it(desk: Desk) -> None:
    assert "L'horloge n'a jamais tourné" in desk.text("/settings")


def test_the_rules_in_force_are_shown_as_the_file_would_say_them(desk: Desk) -> None:
    said = desk.text("/settings")
    assert "Mo-Fr 10:00-18:00; PH off" in said
    assert "2 j" in said


def test_everything_is_checked_on_demand_without_a_secret_or_a_whole_number(desk: Desk) -> None:
    answer = desk.post("/settings/check")
    assert answer.status_code == 200
    assert "database" in answer.text
    assert LINE not in answer.text
    assert desk.hotline.settings.secret_key not in answer.text


def test_what_sweeps_brought_home_is_shown_and_a_sweep_that_waits_too(desk: Desk) -> None:
    assert "Aucun rattrapage encore." in desk.text("/settings")
    at = desk.hotline.clock.now()
    moments = {"since": at - timedelta(days=1), "until": at, "began_at": at, "try_at": at, "day": at.date()}
    with desk.hotline.database.write() as session:
        session.add(Sweep(finished_at=at, calls=41, voicemails=17, **moments))
        session.add(Sweep(failures=3, says="Le prestataire est en panne.", **moments))
    said = desk.text("/settings")
    assert "41" in said
    assert "17" in said
    assert "Le prestataire est en panne." in said


def test_every_kind_that_can_be_exported_is_offered() -> None:
    assert set(KINDS) == set(exports.KINDS)


@pytest.mark.parametrize("kind", exports.KINDS)
def test_an_export_is_handed_out_and_written_down(desk: Desk, kind: str) -> None:
    answer = desk.get(f"/settings/export/{kind}?format=csv")
    header = answer.get_data(as_text=True).lstrip("\ufeff").splitlines()[0]
    assert header.split(";") == list(exports.columns(kind))
    assert f"export {kind}" in desk.text("/audit").replace("a exporté des données", "export")


def test_an_export_holds_numbers_whole(desk: Desk) -> None:
    add_caller(desk.hotline, "+33199000777")
    assert "+33199000777" in desk.get("/settings/export/callers?format=csv").get_data(as_text=True)


@pytest.mark.parametrize("role", [Role.TECHNICAL, Role.LISTENER, Role.STATISTICS])
def test_nobody_else_takes_personal_data_away(hotline: Hotline, role: Role) -> None:
    answer = sign_in(hotline, role).client.get("/settings/export/callers")
    assert answer.status_code in {403, 404}
