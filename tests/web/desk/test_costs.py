"""What the line costs, at the desk: in euros by kind, the ceilings and what happens when they are reached."""

from datetime import date

import pytest

from hotline.bootstrap import Hotline
from hotline.models import SpentDay
from hotline.models.status import Role
from tests.people import add_caller, add_volunteer
from tests.web.desk.conftest import Desk, sign_in


def spent(hotline: Hotline, day: date, **counts: int) -> None:
    nothing = dict.fromkeys(("minutes_in", "minutes_out", "texts", "segments"), 0)
    with hotline.database.write() as session:
        session.add(SpentDay(day=day, **(nothing | counts)))


def said(desk: Desk) -> str:
    return desk.text("/costs").replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_today_and_the_month_are_shown_by_kind_in_euros(desk: Desk) -> None:
    spent(desk.hotline, date(2026, 11, 24), minutes_in=100, minutes_out=40, texts=9, segments=10)
    spent(desk.hotline, date(2026, 11, 1), minutes_in=900)
    spent(desk.hotline, date(2026, 10, 31), minutes_in=5000, minutes_out=5000, texts=5000, segments=5000)
    page = said(desk)
    assert "Appels reçus 1,00 € 100 minutes 10,00 € 1000 minutes" in page
    assert "2,00 € 40 minutes 2,00 € 40 minutes" in page
    assert "SMS envoyés 0,80 € 10 SMS facturés" in page
    assert "Location du numéro 1,50 € 1 numéro" in page
    assert "En tout 3,80 € 14,30 €" in page
    assert "Estimation" in page


def test_a_ceiling_is_shown_with_how_near_it_is_and_what_then_happens(desk: Desk) -> None:
    spent(desk.hotline, date(2026, 11, 24), minutes_in=6000, minutes_out=1)
    page = said(desk)
    assert "6001 sur 6000 aujourd’hui atteint" in page
    assert "Les appelants laissent un message" in page
    (bar, _texts) = desk.page("/costs").xpath("//progress")
    assert (bar.get("value"), bar.get("max")) == ("6000", "6000")


def test_a_ceiling_is_changed_at_the_desk_and_taken_back(desk: Desk) -> None:
    answer = desk.post("/costs/ceiling", name="sms_per_day", most="1 200")
    assert "Ce plafond vaut dès maintenant." in answer.text
    assert desk.hotline.line.config.limits.sms_per_day == 1200
    (undo,) = {
        part.split('"')[0] for part in answer.text.split('action="') if part.startswith("/costs/undo/")
    }
    assert "le plafond d’avant vaut de nouveau" in desk.post(undo).text
    assert desk.hotline.line.config.limits.sms_per_day == 500
    assert "Quelqu’un a déjà décidé autre chose" in desk.post(undo).text


@pytest.mark.parametrize("typed", ["", "zéro", "0", "-3", "12.5", "9999999999999", "١٢"])
def test_a_ceiling_that_would_not_do_comes_back_as_it_was_typed(desk: Desk, typed: str) -> None:
    answer = desk.post("/costs/ceiling", name="sms_per_day", most=typed)
    assert answer.status_code == 422
    assert "Écrivez un nombre entier" in answer.text
    assert desk.hotline.line.config.limits.sms_per_day == 500


def test_nothing_else_is_changed_that_way(desk: Desk) -> None:
    assert desk.post("/costs/ceiling", name="countries", most="5").status_code == 400
    desk.post("/hours/heat-wave", on="1")
    assert desk.post("/costs/undo/1").status_code == 404


@pytest.mark.parametrize("role", [Role.LISTENER, Role.STATISTICS])
def test_who_has_no_business_with_settings_sees_no_costs(hotline: Hotline, role: Role) -> None:
    assert sign_in(hotline, role).client.get("/costs").status_code == 403


@pytest.mark.parametrize("number", ["+33899000000", "+32470123456"])
def test_a_number_that_is_never_called_is_said_so_in_the_file(desk: Desk, number: str) -> None:
    never = "La ligne n’appelle ni ne texte jamais ce numéro"
    person, known = add_caller(desk.hotline, number), add_caller(desk.hotline, "+33199000201")
    volunteer = add_volunteer(desk.hotline, "Marie", "+33639980101")
    stranger = add_volunteer(desk.hotline, "Jeanne", "+33899000001")
    assert never in desk.text(f"/people/{person}")
    assert never not in desk.text(f"/people/{known}")
    assert never in desk.text(f"/volunteers/{stranger}")
    assert never not in desk.text(f"/volunteers/{volunteer}")


def test_the_price_of_a_text_to_many_is_told_before_it_leaves(desk: Desk) -> None:
    people = [str(add_volunteer(desk.hotline, f"Marie{n}", f"+3363998{n + 2000:04}")) for n in range(3)]
    counted = desk.post("/volunteers/message/count", body="Bonjour", to=people).text
    assert "environ 0,24\N{NO-BREAK SPACE}€" in counted
