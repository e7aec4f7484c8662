"""The line's hours at the desk: seen before they are decided, heard on the next call, taken back."""

import time

import pytest
from lxml import html

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.lines import LOOK_EVERY
from hotline.models import AuditEntry, Choice
from hotline.models.status import Role
from hotline.services import choices
from hotline.services.desk import opening
from hotline.settings import load
from tests.conftest import StoppedClock
from tests.people import add_listener
from tests.records import only, rows
from tests.web.desk.conftest import Desk, sign_in
from tests.webhooks import Webhooks

CALLER, NADIA = "+33199000201", "+33639980101"
EVENINGS = {"how": "expression", "expression": "Mo-Fr 18:00-21:00"}


def spoken(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def preview(desk: Desk, **fields: str) -> str:
    answer = desk.client.post("/hours/preview", data=fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return spoken(html.fromstring(answer.text).text_content())


def undo_of(answer_text: str) -> str:
    return "/hours/undo/" + answer_text.split("/hours/undo/")[1].split('"', maxsplit=1)[0]


def test_the_page_says_when_the_line_will_be_open(desk: Desk) -> None:
    said = spoken(desk.text("/hours"))
    assert "La ligne sera ouverte : Comme c’est décidé aujourd’hui. aujourd’hui de 10 h à 18 h" in said
    assert "samedi 28 novembre fermée" in said


def test_hours_are_seen_while_they_are_typed_and_nothing_is_decided_yet(desk: Desk) -> None:
    said = preview(desk, matter="open", **EVENINGS)
    assert "de 18 h à 21 h" in said
    assert "change" in said
    assert rows(desk.hotline, Choice) == []
    assert desk.hotline.line.config.hours.open == "Mo-Fr 10:00-18:00; PH off"


def test_a_week_is_entered_day_by_day(desk: Desk) -> None:
    desk.post(
        "/hours/open",
        **{
            "how": "week",
            "week-Mo-since": "10:00", "week-Mo-until": "12:00",
            "week-Mo-since_again": "14:00", "week-Mo-until_again": "18:00",
            "week-Tu-since": "09:00", "week-Tu-until": "12:00",
            "closed_on_holidays": "y",
        },
    )  # fmt: skip
    assert only(desk.hotline, Choice).value == "Mo 10:00-12:00,14:00-18:00; Tu 09:00-12:00; PH off"
    page = desk.page("/hours")
    assert page.cssselect("#week-Mo-until_again")[0].get("value") == "18:00"
    assert page.cssselect("#week-We-since")[0].get("value") in {None, ""}


def test_a_change_is_heard_on_the_next_call_here_and_in_another_process(
    desk: Desk, hotline: Hotline, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_listener(hotline, NADIA)
    other = bootstrap.build(load(), clock)
    assert Webhooks(hotline).call(1, CALLER).has("Dial")
    assert Webhooks(other).call(2, CALLER).has("Dial")
    desk.post("/hours/open", **EVENINGS)
    monkeypatch.setattr("hotline.lines.LOOK_EVERY", -LOOK_EVERY)
    for number, process in ((3, hotline), (4, other)):
        document = Webhooks(process).call(number, CALLER)
        assert not document.has("Dial")
        assert "dix-huit heures" in document.said
    other.database.close()


def test_closures_announced_in_two_processes_at_once_are_both_kept(desk: Desk, hotline: Hotline) -> None:
    with hotline.database.write() as session:
        known = [{"from": "2026-12-24", "until": "2026-12-26", "reason": "Noël"}]
        choices.decide(session, opening.CLOSURES, known, author="Inès Imbert", at=hotline.clock.now())
    assert hotline.line.config.closures == []
    hotline.lines._looked = time.monotonic()
    desk.post("/hours/closures", first="2027-01-01")
    first_days = [str(one.from_date) for one in hotline.line.config.closures]
    assert first_days == ["2026-12-24", "2027-01-01"]


def test_a_decision_is_taken_back_within_a_moment(desk: Desk, hotline: Hotline) -> None:
    said = desk.post("/hours/open", **EVENINGS).text
    assert hotline.line.config.hours.open == "Mo-Fr 18:00-21:00"
    desk.post(undo_of(said))
    assert hotline.line.config.hours.open == "Mo-Fr 10:00-18:00; PH off"
    assert {entry.action for entry in rows(hotline, AuditEntry)} >= {"hours.decide", "hours.undo"}


def test_an_older_decision_is_not_undone_over_a_newer_one(desk: Desk, hotline: Hotline) -> None:
    first = undo_of(desk.post("/hours/open", **EVENINGS).text)
    desk.post("/hours/open", how="expression", expression="Mo-Su 10:00-12:00")
    assert "Quelqu’un a déjà décidé autre chose depuis." in desk.post(first).text
    assert hotline.line.config.hours.open == "Mo-Su 10:00-12:00"


def test_versions_name_their_author_and_can_be_taken_up_again(desk: Desk, hotline: Hotline) -> None:
    desk.post("/hours/open", **EVENINGS)
    first = rows(hotline, Choice)[0].id
    desk.post("/hours/open", how="expression", expression="Mo-Su 10:00-12:00")
    said = spoken(desk.text("/hours"))
    assert "Heures d’ouverture : Mo-Fr 18:00-21:00Camille Faure" in said
    desk.post(f"/hours/restore/{first}")
    assert hotline.line.config.hours.open == "Mo-Fr 18:00-21:00"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"how": "expression", "expression": "Lu-Ve 10h"}, "Horaires illisibles"),
        ({"how": "expression", "expression": ""}, "Donnez les heures d’un jour au moins"),
        ({"how": "week"}, "Donnez les heures d’un jour au moins"),
        ({"how": "week", "week-Mo-since": "18:00", "week-Mo-until": "10:00"}, "chacune vient après"),
        ({"how": "week", "week-Mo-since": "18:00"}, "Donnez les deux heures"),
    ],
)
def test_faulty_hours_come_back_with_a_sentence(desk: Desk, fields: dict[str, str], says: str) -> None:
    answer = desk.client.post("/hours/open", data=fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert fields.get("expression", fields.get("week-Mo-since", "")) in answer.text
    assert rows(desk.hotline, Choice) == []


def test_a_closure_is_announced_seen_and_taken_away(desk: Desk, hotline: Hotline) -> None:
    typed = {"first": "2026-11-26", "last": "2026-11-27", "reason": "inventaire"}
    assert "fermée fermeture annoncée (inventaire)" in preview(desk, matter="closure", **typed)
    desk.post("/hours/closures", **typed)
    assert [(one.reason, one.until.day) for one in hotline.line.config.closures] == [("inventaire", 27)]
    desk.post("/hours/closures/remove", first="2026-11-26")
    assert hotline.line.config.closures == []


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("2026-11-20", "2026-11-23", "déjà passée"),
        ("2026-12-02", "2026-12-01", "Le dernier jour vient avant le premier"),
        ("2026-12-24", "2026-12-26", "Ces jours touchent la fermeture du 25/12/2026"),
        ("", "", "Écrivez une date"),
    ],
)
def test_a_closure_that_would_not_do_says_why(desk: Desk, first: str, last: str, says: str) -> None:
    desk.post("/hours/closures", first="2026-12-25", last="2026-12-31")
    answer = desk.client.post("/hours/closures", data={"first": first, "last": last, "reason": "ponts"})
    assert answer.status_code == 422
    assert says in answer.text
    assert "ponts" in answer.text
    assert len(rows(desk.hotline, Choice)) == 1


def test_a_closed_day_opens_once(desk: Desk, hotline: Hotline) -> None:
    said = preview(desk, matter="opening", day="2026-11-28", hours="10:00-12:00")
    assert "samedi 28 novembre de 10 h à 12 h ouverture exceptionnelle" in said
    desk.post("/hours/openings", day="2026-11-28", hours="10:00-12:00")
    assert hotline.line.config.openings[0].hours == "10:00-12:00"
    again = desk.client.post("/hours/openings", data={"day": "2026-11-28", "hours": "14:00-16:00"})
    assert "a déjà une ouverture exceptionnelle" in again.text
    for hours in ("10h", "Mo off", "10:00-12:00; 2026 off"):
        assert (
            desk.client.post("/hours/openings", data={"day": "2026-12-05", "hours": hours}).status_code == 422
        )
    desk.post("/hours/openings/remove", day="2026-11-28")
    assert hotline.line.config.openings == []


def test_the_heat_wave_is_a_switch(desk: Desk, hotline: Hotline) -> None:
    desk.post("/hours/heat-wave", on="1")
    assert hotline.line.config.ladders.heat_wave is True
    assert "Canicule en cours" in desk.text("/hours")
    desk.post("/hours/heat-wave", on="0")
    assert hotline.line.config.ladders.heat_wave is False


@pytest.mark.parametrize("name", opening.EXPRESSIONS)
def test_decent_hours_are_decided_and_never_empty(desk: Desk, hotline: Hotline, name: str) -> None:
    desk.post("/hours/decent", name=name, hours="Mo-Fr 10:00-17:00")
    assert opening.now(hotline.line.config, name) == "Mo-Fr 10:00-17:00"
    for broken in ("", "off", "Lu 10h"):
        answer = desk.client.post("/hours/decent", data={"name": name, "hours": broken})
        assert answer.status_code == 422
    assert opening.now(hotline.line.config, name) == "Mo-Fr 10:00-17:00"


def test_only_coordinators_decide(hotline: Hotline) -> None:
    technical = sign_in(hotline, Role.TECHNICAL)
    assert technical.client.post("/hours/heat-wave", data={"on": "1"}).status_code == 403
    assert rows(hotline, Choice) == []
