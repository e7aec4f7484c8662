"""Today: what waits, how the line stands, what the badges count."""

from datetime import timedelta

import pytest

from hotline.bootstrap import Hotline
from hotline.models import DeskSession
from hotline.models.status import Role
from hotline.services import alerts
from hotline.services.desk import presence
from tests.conftest import StoppedClock
from tests.inbox import leave, settled
from tests.people import add_caller, add_listener, add_volunteer
from tests.records import rows
from tests.relations import calls, give, offer, waits
from tests.web.desk.conftest import Desk, sign_in

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOUIS = "+33639980201"


def raised(hotline: Hotline, kind: str, key: str = "k", **more: object) -> None:
    at = hotline.clock.now()
    hotline.database.run(lambda session: alerts.raise_alert(session, kind, key, at, **more))  # type: ignore[arg-type]


def blocks(desk: Desk) -> list[str]:
    return [title.text_content() for title in desk.page("/").cssselect(".waits-block h2")]


def test_a_day_without_anything_to_do_says_so(desk: Desk) -> None:
    assert "Rien n’attend. Tout est à jour." in desk.text("/")
    assert blocks(desk) == []


def test_what_nobody_looks_after_stands_on_top(desk: Desk) -> None:
    leave(desk.hotline)
    raised(desk.hotline, "difficult_call", "1")
    raised(desk.hotline, "nobody_takes", "2")
    raised(desk.hotline, "not_understood", "3", detail="jeudi plutôt")
    raised(desk.hotline, "text_failed", "4")
    assert blocks(desk) == [
        "Personne ne s’en occupe",
        "Messages vocaux à écouter",
        "Alertes",
        "Demandes sans bénévole",
        "SMS que la ligne n’a pas compris",
        "SMS qui ne sont pas arrivés",
    ]


def test_requests_offers_calls_and_numbers_to_find_each_have_their_place(
    desk: Desk, clock: StoppedClock
) -> None:
    camille = add_volunteer(desk.hotline, "Camille", "+33639980101", capacity=2)
    held = give(desk.hotline, add_caller(desk.hotline, "+33199000201", "Odette Martin"), camille)
    clock.set(calls(desk.hotline, held)[0].due_at + HOUR)
    offer(desk.hotline, waits(desk.hotline, add_caller(desk.hotline, "+33199000202", "Rose")), camille)
    leave(desk.hotline, None, None)
    assert blocks(desk) == [
        "Messages vocaux à écouter",
        "Numéros à trouver",
        "Appels en retard ou oubliés",
        "Offres sans réponse",
    ]
    text = desk.text("/")
    assert "par Camille, prévu" in text
    assert "proposée à Camille" in text


def test_a_message_can_be_taken_from_here(desk: Desk) -> None:
    message = leave(desk.hotline, ago=4 * DAY)
    (button,) = desk.page("/").cssselect(f"#messages form[action='/voicemails/{message}/claim'] button")
    assert button.get("aria-label") == "Je m’en occupe : Odette Martin"


def test_an_alert_is_closed_from_here_and_opened_again(desk: Desk) -> None:
    raised(desk.hotline, "sms_ceiling")
    answer = desk.post("/alerts/1/close", back="/")
    assert "Alerte fermée." in answer.text
    assert "Le plafond de SMS" not in desk.text("/")
    assert "La ligne" in desk.post("/alerts/1/reopen?back=/").text
    assert "Le plafond de SMS" in desk.text("/")


def test_the_line_says_until_when_it_is_open_and_who_listens(desk: Desk) -> None:
    assert "La ligne est ouverte jusqu’à 18 h." in desk.text("/")
    assert "personne n’est de permanence" in desk.text("/")
    add_listener(desk.hotline, LOUIS)
    assert "1 téléphone de permanence." in desk.text("/")
    add_volunteer(desk.hotline, "Louis", LOUIS, capacity=0)
    assert "À l’écoute : Louis." in desk.text("/")


def test_a_closed_line_says_when_it_opens_and_who_will_listen(desk: Desk, clock: StoppedClock) -> None:
    clock.advance(6 * HOUR)
    text = desk.text("/")
    assert "La ligne est fermée. Elle ouvre demain à 10 h." in text
    assert "personne n’est prévu à l’ouverture" in text


def test_the_lists_answer_nothing_while_nothing_changes(desk: Desk, clock: StoppedClock) -> None:
    leave(desk.hotline)
    (part,) = desk.page("/").cssselect("#today")
    address = part.get("hx-get")
    desk.get(address, status=204, fragment=True)
    leave(desk.hotline, "Lucien Petit", "+33639980001")
    news = desk.get(address, fragment=True).text
    assert "Lucien Petit" in news
    assert "<html" not in news


def test_the_badges_count_what_waits_and_say_nothing_twice(desk: Desk) -> None:
    leave(desk.hotline)
    raised(desk.hotline, "sms_ceiling")
    news = desk.get("/badges?v=", fragment=True).json
    assert news is not None
    assert news["badges"] == {"voicemails": "1", "requests": "1", "referrals": "", "today": "2"}
    desk.get(f"/badges?v={news['v']}", status=204, fragment=True)
    leave(desk.hotline)
    assert desk.get(f"/badges?v={news['v']}", fragment=True).json != news


def test_nothing_that_waits_shows_no_badge(desk: Desk) -> None:
    news = desk.get("/badges?v=", fragment=True).json
    assert news is not None
    assert news["badges"] == {"voicemails": "", "requests": "", "referrals": "", "today": ""}


def test_a_listener_counts_what_a_listener_may_see(hotline: Hotline) -> None:
    desk = sign_in(hotline, Role.LISTENER)
    leave(hotline)
    news = desk.get("/badges?v=", fragment=True).json
    assert news is not None
    assert news["badges"] == {"voicemails": "1", "today": "1"}
    assert blocks(desk) == ["Messages vocaux à écouter"]


def test_a_page_left_open_does_not_keep_anybody_signed_in(desk: Desk, clock: StoppedClock) -> None:
    (before,) = rows(desk.hotline, DeskSession)
    clock.advance(presence.LASTS - HOUR)
    desk.get("/badges?v=", fragment=True)
    (after,) = rows(desk.hotline, DeskSession)
    assert after.over_at == before.over_at
    clock.advance(2 * HOUR)
    answer = desk.get("/badges?v=", status=401, fragment=True)
    assert "HX-Redirect" not in answer.headers, "what somebody types meanwhile stays on the page"
    assert answer.headers["HX-Reswap"] == "none"


@pytest.mark.parametrize("role", [Role.STATISTICS, Role.TECHNICAL])
def test_a_role_without_a_today_is_led_to_its_own_first_page(hotline: Hotline, role: Role) -> None:
    answer = sign_in(hotline, role).get("/", status=303)
    assert answer.headers["Location"] == "/statistics"


def test_what_is_settled_waits_no_more(desk: Desk) -> None:
    leave(desk.hotline)
    settled(desk.hotline)
    assert blocks(desk) == ["Messages vocaux à écouter"]
