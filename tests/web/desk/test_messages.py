"""A text to volunteers: counted while it is typed, kept back from whoever wants none, undone, followed."""

from datetime import timedelta
from typing import Any

import pytest
from lxml import html

from hotline.bootstrap import Hotline
from hotline.models import AuditEntry, OutboxRow, Phone, Volunteer
from hotline.models.status import OutboxState, VolunteerState
from hotline.services import outbox
from tests.conftest import StoppedClock
from tests.people import add_volunteer
from tests.records import only, rows
from tests.web.desk.conftest import Desk, sign_in

MARIE, PAUL, ODETTE = "+33639980101", "+33639980102", "+33199000201"
HELLO = "Bonjour {first_name}, merci."


def count(desk: Desk, **fields: Any) -> str:
    answer = desk.client.post("/volunteers/message/count", data=fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return " ".join(html.fromstring(f"<div>{answer.text}</div>").text_content().split())


def undo_of(text: str) -> str:
    return (
        "/volunteers/message/"
        + text.split("/undo", maxsplit=1)[0].rsplit("/volunteers/message/", 1)[1]
        + "/undo"
    )


def test_everybody_gets_their_own_text_after_ten_seconds(desk: Desk) -> None:
    hotline = desk.hotline
    marie, paul = add_volunteer(hotline, "Marie", MARIE), add_volunteer(hotline, "Paul", PAUL)
    said = desk.post("/volunteers/message", body=HELLO, to=[str(marie), str(paul)]).text
    assert "Le SMS part à 2 personnes." in said
    sent = rows(hotline, OutboxRow)
    assert {row.body for row in sent} == {"Bonjour Marie, merci.", "Bonjour Paul, merci."}
    assert {row.kind for row in sent} == {"desk"}
    now = hotline.clock.now()
    with hotline.database.write() as session:
        assert outbox.claim(session, now + timedelta(seconds=9)) is None
        assert outbox.claim(session, now + timedelta(seconds=10)) is not None
    assert any(entry.action == "volunteers.message" for entry in rows(hotline, AuditEntry))


def test_the_counter_tells_parts_people_and_strange_signs(desk: Desk) -> None:
    marie, paul = add_volunteer(desk.hotline, "Marie", MARIE), add_volunteer(desk.hotline, "Paul", PAUL)
    said = count(desk, body="é" * 161, to=[marie, paul])
    assert "2 SMS par personne" in said
    assert "4 SMS facturés en tout" in said
    assert "2 personnes le recevront." in said
    said = count(desk, body="Fête ç " + "a" * 70, to=[marie])
    assert "1 SMS par personne" in said
    assert "sous une forme voisine : ê ç" in said
    assert "Tels quels, il faudrait 2 SMS par personne." in said


def test_a_text_is_written_as_it_will_leave_with_one_click(desk: Desk) -> None:
    marie = add_volunteer(desk.hotline, "Marie", MARIE)
    answer = desk.client.post(
        "/volunteers/message/count", data={"body": "Fête {first_name}", "to": str(marie)}
    )
    (link,) = html.fromstring(answer.text).cssselect("a[data-canned]")
    page = desk.page(link.get("href"))
    assert page.cssselect("#body")[0].text.strip() == "Fete {first_name}"
    assert len(page.cssselect('input[name="to"][checked]')) == 1


def test_who_does_not_get_it_is_named_with_the_reason(desk: Desk) -> None:
    hotline = desk.hotline
    stopped = add_volunteer(hotline, "Marie", MARIE)
    landline = add_volunteer(hotline, "Odette", ODETTE)
    never = add_volunteer(hotline, "Paul", PAUL, quiet="Mo-Su 00:00-24:00")
    gone = add_volunteer(hotline, "Zoé", "+33639980104", state=VolunteerState.LEFT)
    with hotline.database.write() as session:
        phone = session.get_one(Phone, session.get_one(Volunteer, stopped).phone_id)
        phone.stopped_at = hotline.clock.now()
    chosen = [str(one) for one in (stopped, landline, never, gone)]
    said = count(desk, body=HELLO, to=chosen)
    for reason in ("Marie Exemple : a écrit STOP", "Odette Exemple : ne reçoit pas de SMS",
                   "Paul Exemple : ne veut de SMS", "Zoé Exemple : a quitté l’équipe"):  # fmt: skip
        assert reason in said
    answer = desk.client.post("/volunteers/message", data={"body": HELLO, "to": chosen})
    assert answer.status_code == 422
    assert "Personne ne peut recevoir ce texte" in answer.text
    assert HELLO in answer.text
    assert rows(hotline, OutboxRow) == []


def test_the_ceiling_of_a_day_holds_back_the_rest(desk: Desk) -> None:
    hotline = desk.hotline
    people = [add_volunteer(hotline, f"Marie{n}", f"+3363998{n + 2000:04}") for n in range(3)]
    most = hotline.line.config.limits.sms_per_person_per_day
    for _ in range(most):
        desk.post("/volunteers/message", body=HELLO, to=str(people[0]))
    said = count(desk, body=HELLO, to=people)
    assert "Marie0 Exemple : a déjà reçu assez de SMS" in said
    assert f"La ligne peut encore écrire {450 - most} SMS" in said


def test_a_text_at_night_waits_for_a_decent_hour(desk: Desk, clock: StoppedClock) -> None:
    clock.advance(timedelta(hours=9))
    marie = add_volunteer(desk.hotline, "Marie", MARIE)
    assert "Premier départ : demain à 9 h" in count(desk, body=HELLO, to=marie).replace(
        "\N{NO-BREAK SPACE}", " "
    )
    desk.post("/volunteers/message", body=HELLO, to=str(marie))
    assert desk.hotline.line.local(only(desk.hotline, OutboxRow).due_at).hour == 9


def test_a_text_is_sent_later_and_held_back_before(desk: Desk) -> None:
    marie = add_volunteer(desk.hotline, "Marie", MARIE)
    said = desk.post("/volunteers/message", body=HELLO, to=str(marie), later="2026-11-26T10:30").text
    row = only(desk.hotline, OutboxRow)
    assert desk.hotline.line.local(row.due_at).isoformat() == "2026-11-26T10:30:00+01:00"
    assert "1 SMS ne partira pas." in desk.post(undo_of(said)).text
    assert rows(desk.hotline, OutboxRow) == []


def test_what_has_left_cannot_be_held_back(desk: Desk, hotline: Hotline) -> None:
    marie = add_volunteer(hotline, "Marie", MARIE)
    said = desk.post("/volunteers/message", body=HELLO, to=str(marie)).text
    with hotline.database.write() as session:
        outbox.claim(session, hotline.clock.now() + timedelta(minutes=1))
    assert "Trop tard" in desk.post(undo_of(said)).text
    assert only(hotline, OutboxRow).state is OutboxState.SENDING


def test_what_became_of_a_text_is_seen_person_by_person(desk: Desk, hotline: Hotline) -> None:
    marie = add_volunteer(hotline, "Marie", MARIE)
    said = desk.post("/volunteers/message", body=HELLO, to=str(marie)).text
    with hotline.database.write() as session:
        session.get_one(OutboxRow, 1).state = OutboxState.DELIVERED
    page = undo_of(said).removesuffix("/undo")
    assert "Marie Exemple reçu" in desk.text(page)
    assert page in desk.get("/volunteers/message").text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"body": " "}, "Le texte est vide"),
        ({"body": "Bonjour {prenom}"}, "{prenom}"),
        ({"body": "a" * 900}, "trop long"),
        ({"body": HELLO, "later": "2026-11-20T10:00"}, "déjà passé"),
        ({"body": HELLO, "later": "2027-11-20T10:00"}, "trop loin"),
        ({"body": HELLO, "later": "demain"}, "ne se lit pas"),
        ({"body": HELLO, "to": ""}, "Choisissez au moins une personne"),
    ],
)
def test_a_text_that_would_not_do_says_why(desk: Desk, fields: dict[str, str], says: str) -> None:
    marie = add_volunteer(desk.hotline, "Marie", MARIE)
    answer = desk.client.post("/volunteers/message", data={"to": str(marie), **fields})
    assert answer.status_code == 422
    assert says in answer.text
    assert rows(desk.hotline, OutboxRow) == []


def test_filters_choose_whom_to_write_to(desk: Desk) -> None:
    add_volunteer(desk.hotline, "Marie", MARIE, languages="fr,ar")
    add_volunteer(desk.hotline, "Paul", PAUL)
    page = desk.page("/volunteers/message?language=ar")
    assert [one.text_content() for one in page.cssselect(".who label")] == ["Marie Exemple"]


def test_nobody_is_asked_to_answer_a_sender_without_a_number(
    environment: object, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hotline import bootstrap  # noqa: PLC0415
    from hotline.settings import load  # noqa: PLC0415

    monkeypatch.setenv("HOTLINE_SMS_SENDER", "ONSEPARLE")
    hotline = bootstrap.build(load(), clock)
    desk = sign_in(hotline)
    assert "personne ne peut y répondre" in count(desk, body="Répondez OUI ou NON.")
    assert "personne ne peut y répondre" not in count(desk, body="Appelez la ligne.")
    hotline.database.close()
