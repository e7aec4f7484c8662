"""Mails at the desk: read, answered, put into the right file; what is between two people stays there."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Address, Assignment, Caller, Contact, Mail, OutboxRow, Request
from hotline.models.status import (
    AssignmentState,
    CallerState,
    Channel,
    ContactKind,
    Direction,
    OutboxState,
    RequestKind,
    RequestState,
    Role,
)
from hotline.services import people, requests
from tests.conftest import StoppedClock
from tests.databases import statements
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.web.desk.conftest import Desk, sign_in
from tests.web.desk.test_people import LUCIEN, ODETTE, audited

OURS, HERS = "onseparle@exemple.fr", "odette@example.org"


@pytest.fixture
def environment(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A line that has a mailbox."""
    monkeypatch.setenv("HOTLINE_SMTP_URL", "smtp://127.0.0.1:9")
    monkeypatch.setenv("HOTLINE_MAIL_ADDRESS", OURS)
    return environment


@pytest.fixture
def odette(hotline: Hotline) -> int:
    return add_caller(hotline, ODETTE, "Odette Martin", email=HERS)


def came(hotline: Hotline, body: str = "Bonjour, je suis seule.", sender: str = HERS, **fields: Any) -> int:
    """A mail came; return its id."""

    def log(session: Session) -> int:
        number = session.query(Mail).count() + 1
        values = {
            "message_index": f"<{number}@example.org>",
            "message_id": f"<{number}@example.org>",
            "direction": Direction.INBOUND,
            "from_address": sender,
            "from_index": sender,
            "from_names": "Odette",
            "to_address": OURS,
            "subject": "Besoin de parler",
            "body": body,
            "attachments": [],
            "size": len(body),
            "created_at": hotline.clock.now(),
            **fields,
        }
        mail = Mail(**values)
        session.add(mail)
        session.flush()
        return mail.id

    return hotline.database.run(log)


def from_stranger(hotline: Hotline, **fields: Any) -> tuple[int, int]:
    """A mail came from an address that nobody knows; return the mail's and the new person's id."""

    def open_file(session: Session) -> tuple[int, int]:
        at = hotline.clock.now()
        caller = people.new_caller(session, CallerState.UNREACHABLE, at)
        caller.email = "inconnue@example.org"
        return caller.id, requests.contact(session, caller, ContactKind.MAIL, at).id

    caller_id, contact_id = hotline.database.run(open_file)
    mail_id = came(
        hotline, sender="inconnue@example.org", caller_id=caller_id, contact_id=contact_id, **fields
    )
    return mail_id, caller_id


def given(hotline: Hotline, caller_id: int) -> int:
    """Somebody who writes mails with a volunteer; return the assignment's id."""
    volunteer_id, at = add_volunteer(hotline, "Bruno", "+33639980103"), hotline.clock.now()

    def give(session: Session) -> int:
        request = Request(caller_id=caller_id, state=RequestState.ASSIGNED, opened_at=at)
        session.add(request)
        session.flush()
        assignment = Assignment(
            request_id=request.id,
            caller_id=caller_id,
            volunteer_id=volunteer_id,
            kind=RequestKind.RECURRING,
            channel=Channel.MAIL,
            state=AssignmentState.ACTIVE,
            offered_at=at,
            expires_at=at,
        )
        session.add(assignment)
        session.flush()
        return assignment.id

    return hotline.database.run(give)


def field(desk: Desk, path: str, name: str) -> str:
    (value,) = desk.page(path).xpath(f"//form[@method='post']//input[@name='{name}']/@value")
    return str(value)


def test_a_mail_stands_in_the_file_with_what_it_quotes_folded(desk: Desk, odette: int) -> None:
    body = "Merci pour hier.\n> Bonjour Odette"
    named = [{"name": "photo.jpg", "type": "image/jpeg", "size": 20480}]
    came(desk.hotline, body, caller_id=odette, quoted_at=body.index(">"), attachments=named)
    page = desk.page(f"/people/{odette}")
    (entry,) = page.cssselect(".history > .mail")
    assert "Besoin de parler" in entry.text_content()
    assert [quote.text for quote in entry.cssselect("details blockquote")] == ["> Bonjour Odette"]
    assert "photo.jpg (20 ko)" in entry.text_content()
    assert "Besoin de parler" in desk.text(f"/people/{odette}?only=mails")
    assert "Besoin de parler" not in desk.text(f"/people/{odette}?only=calls")


def test_a_mail_lets_guess_a_need_that_a_coordinator_confirms(desk: Desk, odette: int) -> None:
    hungry = came(desk.hotline, "Je n'ai plus rien à manger depuis hier.", caller_id=odette)
    lonely = came(desk.hotline, "Je suis seule.\n\n> plus rien à manger", quoted_at=16, caller_id=odette)

    assert "Besoin possible : aide alimentaire" in desk.text(f"/mails/{hungry}")
    assert "Besoin possible" not in desk.text(f"/mails/{lonely}")


def test_mails_are_listed_newest_first_page_by_page(desk: Desk, odette: int, clock: StoppedClock) -> None:
    for number in range(1, 33):
        clock.advance(timedelta(minutes=1))
        came(desk.hotline, caller_id=odette, subject=f"Courriel {number:02}.")
    first = desk.page("/mails")
    text = first.text_content()
    assert text.index("Courriel 32.") < text.index("Courriel 31.")
    assert "Courriel 02." not in text
    (following,) = first.cssselect("a[rel=next]")
    assert "Courriel 02." in desk.text(following.get("href"))
    assert desk.get("/mails", fragment=True).text.startswith("<div")


def test_each_list_has_its_own_mails(desk: Desk, odette: int) -> None:
    came(desk.hotline, caller_id=odette, subject="D’Odette")
    came(desk.hotline, caller_id=odette, subject="Déjà répondu", answered_at=desk.hotline.clock.now())
    came(desk.hotline, caller_id=odette, subject="Absence", automatic=True)
    from_stranger(desk.hotline, subject="D’une inconnue")
    listed = {
        state: [link.getnext().text for link in desk.page(f"/mails?state={state}").cssselect(".row-link")]
        for state in ("unanswered", "strangers", "automatic", "all", "nonsense")
    }
    assert listed == {
        "unanswered": ["D’une inconnue", "D’Odette"],
        "strangers": ["D’une inconnue"],
        "automatic": ["Absence"],
        "all": ["D’une inconnue", "Absence", "Déjà répondu", "D’Odette"],
        "nonsense": ["D’une inconnue", "D’Odette"],
    }


def test_an_empty_mailbox_says_what_to_expect(desk: Desk) -> None:
    for state, says in (
        ("unanswered", "Aucun courriel n’attend"),
        ("strangers", "ont leur fiche"),
        ("automatic", "Aucun courriel automatique"),
        ("all", "Aucun courriel pour l’instant"),
    ):
        assert says in desk.text(f"/mails?state={state}")


def test_a_mail_that_waits_is_counted_and_shown_today(desk: Desk, odette: int) -> None:
    came(desk.hotline, caller_id=odette)
    assert "Courriels à répondre" in desk.text("/")
    assert desk.get("/badges").json["badges"]["mails"] == "1"
    desk.post("/mails/1/settle")
    assert "Courriels à répondre" not in desk.text("/")
    assert desk.get("/badges").json["badges"]["mails"] == ""


def test_an_answer_leaves_in_the_same_thread_and_can_be_kept_back(desk: Desk, odette: int) -> None:
    came(desk.hotline, caller_id=odette)
    once = field(desk, "/mails/1", "once")
    said = desk.post("/mails/1/answer", body="Bonjour Odette, on vous appelle ce soir.", once=once)
    assert "La réponse part." in said.text
    row = only(desk.hotline, OutboxRow)
    assert (row.kind, row.subject, row.state) == ("answer", "Re: Besoin de parler", OutboxState.QUEUED)
    assert row.headers == {"In-Reply-To": "<1@example.org>", "References": "<1@example.org>"}
    assert only(desk.hotline, Address).address == HERS
    assert only(desk.hotline, Mail).answered_at == desk.hotline.clock.now()
    assert "on vous appelle ce soir" not in desk.text("/mails?state=unanswered")
    assert "Écrits, pas encore partis" in desk.text("/mails/1")
    assert "Le courriel ne part pas." in desk.post(f"/mails/unsend/{row.id}", back="/mails/1").text
    assert only(desk.hotline, OutboxRow).state is OutboxState.FAILED
    assert only(desk.hotline, Mail).answered_at is None
    assert "Le courriel est déjà parti" in desk.post(f"/mails/unsend/{row.id}").text
    assert [act for act, _what in audited(desk.hotline)] == ["mail.seen", "mail.answered", "mail.unsent"]


def test_a_second_click_sends_nothing(desk: Desk, odette: int) -> None:
    came(desk.hotline, caller_id=odette)
    once = field(desk, "/mails/1", "once")
    for _ in range(2):
        assert "La réponse part." in desk.post("/mails/1/answer", body="Bonjour.", once=once).text
    assert len(rows(desk.hotline, OutboxRow)) == 1


@pytest.mark.parametrize(
    ("stopped", "bounced", "says"),
    [(True, False, "ne plus recevoir de courriels"), (False, True, "ne reçoit plus de courriels")],
)
def test_what_cannot_leave_comes_back_as_it_was_typed(
    desk: Desk, odette: int, stopped: bool, bounced: bool, says: str
) -> None:
    came(desk.hotline, caller_id=odette)
    at = desk.hotline.clock.now()
    with desk.hotline.database.write() as session:
        session.add(
            Address(
                address=HERS,
                address_index=HERS,
                created_at=at,
                stopped_at=at if stopped else None,
                bounced_at=at if bounced else None,
            )
        )
    answer = desk.post("/mails/1/answer", body="Bonjour Odette.", once="abcdefgh")
    assert answer.status_code == 422
    assert says in answer.text
    assert "Bonjour Odette." in answer.text
    assert only(desk.hotline, Mail).answered_at is None


@pytest.mark.parametrize(
    ("body", "says"), [("  ", "Le courriel est vide"), ("a" * 10_001, "10 000 caractères")]
)
def test_a_faulty_answer_is_refused_with_a_sentence(desk: Desk, odette: int, body: str, says: str) -> None:
    came(desk.hotline, caller_id=odette)
    answer = desk.post("/mails/1/answer", body=body, once="abcdefgh")
    assert (answer.status_code, says in answer.text) == (422, True)
    assert rows(desk.hotline, OutboxRow) == []


def test_a_mail_is_written_to_somebody_from_their_file(desk: Desk, odette: int) -> None:
    assert "Écrire un courriel" in desk.text(f"/people/{odette}")
    path = f"/people/{odette}/mail"
    once = field(desk, path, "once")
    assert "Donnez un objet" in desk.post(path, subject=" ", body="Bonjour.", once=once).text
    said = desk.post(path, subject="Votre rendez-vous", body="C’est demain.", once=once)
    assert "Le courriel part." in said.text
    row = only(desk.hotline, OutboxRow)
    assert (row.kind, row.subject, row.headers) == ("answer", "Votre rendez-vous", None)
    assert "mail.written" in [act for act, _what in audited(desk.hotline)]
    assert "Votre rendez-vous" in desk.text(path)


def test_nobody_writes_to_somebody_without_an_address(desk: Desk) -> None:
    lucien = add_caller(desk.hotline, LUCIEN, "Lucien")
    assert "Écrire un courriel" not in desk.text(f"/people/{lucien}")
    desk.get(f"/people/{lucien}/mail", status=404)


def test_a_number_in_a_mail_is_added_by_somebodys_hand_only(desk: Desk) -> None:
    mail_id, caller_id = from_stranger(desk.hotline, proposed_number="+33639980044")
    assert only(desk.hotline, Request).state is RequestState.NEEDS_NUMBER
    page = desk.page(f"/mails/{mail_id}")
    assert "06 39 98 00 44" in page.text_content()
    (form,) = page.xpath("//form[button='Ajouter ce numéro à la fiche']")
    desk.post(form.get("action"), number=form.fields["number"])
    assert only(desk.hotline, Request).state is RequestState.WAITING
    assert "Un numéro dans le texte" not in desk.text(f"/mails/{mail_id}")
    assert ("phone.added", f"caller:{caller_id}") in audited(desk.hotline)


def test_a_number_that_is_not_theirs_is_proposed_no_more(desk: Desk) -> None:
    mail_id, _caller_id = from_stranger(desk.hotline, proposed_number="+33639980044")
    assert "n’est plus proposé" in desk.post(f"/mails/{mail_id}/number/refuse").text
    assert "Un numéro dans le texte" not in desk.text(f"/mails/{mail_id}")


def test_a_mail_goes_into_the_right_file_with_its_request_and_back(desk: Desk, odette: int) -> None:
    mail_id, stranger = from_stranger(desk.hotline)
    found = desk.page(f"/mails/{mail_id}/person?q=odette")
    (form,) = found.xpath("//form[button='C’est cette personne']")
    said = desk.post(form.get("action"))
    assert "Le courriel est dans cette fiche." in said.text
    assert only(desk.hotline, Mail).caller_id == odette
    assert only(desk.hotline, Contact).caller_id == odette
    assert [(one.caller_id, one.state) for one in rows(desk.hotline, Request)] == [
        (odette, RequestState.WAITING)
    ]
    desk.post(f"/mails/{mail_id}/person/{stranger}")
    assert only(desk.hotline, Contact).caller_id == stranger
    assert [(one.caller_id, one.state) for one in rows(desk.hotline, Request)] == [
        (stranger, RequestState.NEEDS_NUMBER)
    ]


def test_a_mail_of_nobody_is_attached_and_taken_out_again(desk: Desk, odette: int) -> None:
    mail_id = came(desk.hotline)
    desk.post(f"/mails/{mail_id}/person/{odette}")
    assert only(desk.hotline, Contact).kind is ContactKind.MAIL
    assert only(desk.hotline, Request).caller_id == odette
    desk.post(f"/mails/{mail_id}/nobody")
    assert only(desk.hotline, Mail).caller_id is None
    assert rows(desk.hotline, Contact) == rows(desk.hotline, Request) == []
    assert only(desk.hotline, Caller).names == "Odette Martin"


def test_words_of_mails_are_found(desk: Desk, odette: int) -> None:
    came(desk.hotline, "Ma chatière est cassée.", caller_id=odette)
    assert "Odette Martin" in desk.text("/people/words?q=chatiere")
    assert "1 passage contient" in desk.text(f"/people/{odette}?q=chatiere")
    assert "1 passage contient" in desk.text(f"/people/{odette}?q=besoin+parler")


def test_what_a_person_and_their_volunteer_write_is_read_by_coordinators_only(
    hotline: Hotline, odette: int
) -> None:
    assignment_id = given(hotline, odette)
    came(hotline, "Un secret entre nous.", caller_id=odette, assignment_id=assignment_id)
    coordinator, listener = sign_in(hotline), sign_in(hotline, Role.LISTENER, name="Noé Petit")
    assert "Courriel de la personne à Bruno" in coordinator.text(f"/people/{odette}")
    assert "Un secret entre nous." in coordinator.text(f"/assignments/{assignment_id}")
    assert "Odette Martin" in coordinator.text("/people/words?q=secret")
    assert "secret" not in listener.text(f"/people/{odette}")
    assert "Odette Martin" not in listener.text("/people/words?q=secret")
    assert "0 passage" in listener.text(f"/people/{odette}?q=secret")
    for desk in (coordinator, listener):
        assert "Besoin de parler" not in desk.text("/mails?state=all")
        desk.get("/mails/1", status=404)


@pytest.mark.parametrize(
    ("role", "status"), [(Role.LISTENER, 200), (Role.STATISTICS, 403), (Role.TECHNICAL, 403)]
)
def test_only_the_team_that_speaks_with_people_reads_mails(
    hotline: Hotline, odette: int, role: Role, status: int
) -> None:
    came(hotline, caller_id=odette)
    desk = sign_in(hotline, role)
    for path in ("/mails", "/mails/1", "/mails/1/person", f"/people/{odette}/mail"):
        desk.get(path, status=status)
    assert desk.client.post("/mails/1/settle").status_code == (303 if status == 200 else 403)


def test_a_look_at_a_mail_is_written_down_once_a_day_and_person(desk: Desk, odette: int) -> None:
    came(desk.hotline, caller_id=odette)
    for _ in range(3):
        desk.get("/mails/1")
    assert audited(desk.hotline) == [("mail.seen", "mail:1")]
    assert "a ouvert un courriel" in desk.text("/audit")


def test_two_files_that_become_one_keep_their_mails_and_part_with_them(desk: Desk, odette: int) -> None:
    mail_id, stranger = from_stranger(desk.hotline)
    desk.post(f"/people/{odette}/merge/{stranger}")
    assert only(desk.hotline, Mail).caller_id == odette
    assert "Besoin de parler" in desk.text(f"/people/{odette}")
    desk.post("/merges/1/undo")
    assert only(desk.hotline, Mail).caller_id == stranger
    desk.get(f"/mails/{mail_id}")


def test_contacts_by_mail_are_counted(desk: Desk) -> None:
    from_stranger(desk.hotline)
    assert "courriel" in desk.text("/statistics")


def test_the_menu_leads_to_the_mails(desk: Desk) -> None:
    assert desk.page("/").cssselect('nav a[href="/mails"]')


def test_lists_of_mails_cost_the_same_however_many_there_are(desk: Desk, odette: int) -> None:
    came(desk.hotline, caller_id=odette)
    desk.get("/mails")
    with statements(desk.hotline.database) as few:
        desk.get("/mails")
    for _ in range(20):
        from_stranger(desk.hotline)
    with statements(desk.hotline.database) as many:
        desk.get("/mails")
    assert len(many) == len(few)


@pytest.mark.parametrize("path", ["/mails/99", "/mails/99/person", "/people/99/mail"])
def test_nobody_is_here_for_an_unknown_mail(desk: Desk, path: str) -> None:
    desk.get(path, status=404)
