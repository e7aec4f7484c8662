"""Statistics as tables that can be taken away, and a page for funders that names nobody."""

from datetime import timedelta

import pytest

from hotline.bootstrap import Hotline
from hotline.models.status import CallOutcome, Role
from tests.people import add_caller
from tests.services.desk.test_statistics import add_call
from tests.web.desk.conftest import Desk, sign_in


def test_an_empty_period_says_what_to_do(desk: Desk) -> None:
    said = desk.text("/statistics")
    assert "Aucun appel dans cette période." in said
    assert "Choisissez une période plus longue." in said


def test_calls_show_by_hour_and_weekday_and_by_what_became_of_them(desk: Desk) -> None:
    add_call(desk.hotline, desk.hotline.clock.now() - timedelta(days=1), CallOutcome.VOICEMAIL)
    page = desk.page("/statistics")
    (monday,) = [row for row in page.cssselect(".heat tbody tr") if row.cssselect("th")[0].text == "lundi"]
    assert [cell.text for cell in monday.cssselect("td")][14] == "1"
    table = page.cssselect("section[aria-labelledby=calls] table")[0]
    assert "message vocal" in table.text_content()


@pytest.mark.parametrize("period", ["7d", "30d", "90d", "12m", "3y", "own&first=2026-01-01&last=2026-02-01"])
def test_every_period_can_be_shown(desk: Desk, period: str) -> None:
    assert desk.page(f"/statistics?period={period}").cssselect("h1")[0].text == "Statistiques"


@pytest.mark.parametrize("style", ["csv", "xlsx"])
def test_every_table_can_be_taken_away(desk: Desk, style: str) -> None:
    add_call(desk.hotline, desk.hotline.clock.now())
    links = desk.page("/statistics").xpath("//a[contains(@href, '/statistics/export/')]/@href")
    assert links
    for link in links:
        if f"format={style}" in link:
            assert desk.get(link).data
    desk.get("/statistics/export/unknown", status=404)


def test_french_excel_opens_the_table_of_calls(desk: Desk) -> None:
    add_call(desk.hotline, desk.hotline.clock.now(), CallOutcome.HUNG_UP)
    text = desk.get("/statistics/export/calls?period=7d").get_data(as_text=True)
    assert text.startswith("\ufeffPériode;répondu;message vocal;appel sans message;refusé\r\n")
    assert text.rstrip().endswith(";0;0;1;0")


def test_the_page_for_funders_names_nobody(desk: Desk) -> None:
    add_caller(desk.hotline, "+33199000110", "Odette Martin")
    add_call(desk.hotline, desk.hotline.clock.now())
    said = desk.get("/statistics/impact").text
    assert "Odette" not in said
    assert "+33199000110" not in said
    assert "appel reçu" in said


def test_who_only_sees_statistics_sees_them(hotline: Hotline) -> None:
    sign_in(hotline, Role.STATISTICS).get("/statistics")
    sign_in(hotline, Role.LISTENER, "Lou Petit").get("/statistics", status=403)
