"""Alerts in French sentences: what happened, what to do, closed by whom."""

import re
from pathlib import Path

import pytest

import hotline
from hotline.bootstrap import Hotline
from hotline.models import Alert, AuditEntry
from hotline.services import alerts
from hotline.web.desk.alert_words import WORDS
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.web.desk.conftest import Desk, sign_in

RAISED = re.compile(r'(?:raise_alert|tell_coordinators)\(\s*(?:[\w.]+,\s*)*"(\w+)"')
NAMED = re.compile(r'^([A-Z_]+) = "(\w+)"$', re.MULTILINE)


def raised(product: Hotline, kind: str, **more: object) -> None:
    at = product.clock.now()
    product.database.run(lambda session: alerts.raise_alert(session, kind, kind, at, **more))  # type: ignore[arg-type]


def test_every_alert_that_the_product_raises_has_its_words() -> None:
    package = Path(hotline.__file__).parent
    sources = [file.read_text(encoding="utf-8") for file in package.rglob("*.py")]
    kinds = {kind for source in sources for kind in RAISED.findall(source)}
    assert {"difficult_call", "caller_silent", "withdrawal", "pin_guessing"} <= kinds
    assert kinds - set(WORDS) == set()


def test_an_alert_names_whom_it_is_about_and_says_what_to_do(desk: Desk) -> None:
    camille = add_volunteer(desk.hotline, "Camille", "+33639980101")
    odette = add_caller(desk.hotline, "+33199000201", "Odette Martin")
    raised(
        desk.hotline, "difficult_call", caller_id=odette, volunteer_id=camille, detail="ALERTE elle pleure"
    )
    text = desk.text("/alerts")
    assert "Camille signale un appel difficile : Odette Martin." in text
    assert "ALERTE elle pleure" in text
    assert "rappelez Camille" in text
    page = desk.get("/alerts").text
    assert f'href="/people/{odette}"' in page
    assert f'href="/volunteers/{camille}"' in page


@pytest.mark.parametrize("half", [0, 1])
def test_an_alert_about_nobody_known_still_reads_as_a_sentence(desk: Desk, half: int) -> None:
    kinds = [*WORDS, "something_new"][half::2]
    for kind in kinds:
        raised(desk.hotline, kind)
    page = desk.page("/alerts")
    titles = [title.text_content() for title in page.cssselect(".alerts h2")]
    assert len(titles) == len(kinds)
    assert all(title[0].isupper() and title.endswith((".", ")")) for title in titles), titles
    assert not [title for title in titles if "%" in title or "None" in title]


def test_a_closed_alert_keeps_the_name_of_who_closed_it(desk: Desk) -> None:
    raised(desk.hotline, "sms_ceiling")
    desk.post("/alerts/1/close")
    assert only(desk.hotline, Alert).closed_by == "Camille Faure"
    assert "Aucune alerte ouverte." in desk.text("/alerts")
    assert "fermée par Camille Faure" in desk.text("/alerts?state=closed")
    assert [entry.action for entry in rows(desk.hotline, AuditEntry)] == ["alert.closed"]


def test_the_second_to_close_an_alert_is_told(desk: Desk, hotline: Hotline) -> None:
    raised(hotline, "sms_ceiling")
    desk.post("/alerts/1/close")
    paul = sign_in(hotline, name="Paul Girard")
    assert "Quelqu’un d’autre vient de fermer cette alerte." in paul.post("/alerts/1/close").text
    assert only(hotline, Alert).closed_by == "Camille Faure"
    assert desk.client.post("/alerts/99/close").status_code == 404


def test_a_long_list_of_alerts_goes_on(desk: Desk) -> None:
    for number in range(31):
        at = desk.hotline.clock.now()
        desk.hotline.database.run(
            lambda session, number=number, at=at: alerts.raise_alert(session, "sms_ceiling", f"k{number}", at)
        )
    (following,) = desk.page("/alerts").cssselect("a[rel=next]")
    assert len(desk.page(following.get("href")).cssselect(".alerts > li")) == 1
