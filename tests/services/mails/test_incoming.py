"""Mails that reach the association: logged once, understood by their writer, answered once or not at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hotline.bootstrap import Hotline
from hotline.mail.parsing import ReadMail, read
from hotline.models import Address, Alert, Caller, Contact, Mail, OutboxRow, Request, move
from hotline.models.status import CallerState, ContactKind, Direction, OutboxState, RequestState
from hotline.services import post
from hotline.services.mails import incoming
from tests.conftest import StoppedClock
from tests.people import add_caller, add_volunteer
from tests.records import only, rows

OWN = "onseparle@exemple.fr"
ODETTE, CAMILLE = "odette@exemple.fr", "camille@exemple.fr"
CORPUS = Path(__file__).parents[2] / "mail" / "corpus"


@pytest.fixture
def environment(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings of a line that writes mails; nobody answers there, and nothing is sent here."""
    monkeypatch.setenv("HOTLINE_SMTP_URL", "smtp://127.0.0.1:9")
    monkeypatch.setenv("HOTLINE_MAIL_ADDRESS", OWN)
    return environment


Receive = Callable[..., ReadMail]


@pytest.fixture
def receive(hotline: Hotline) -> Receive:
    """Let a mail arrive: `sender` writes `words`, under a new identifier unless one is given."""
    count = 0

    def arrive(
        words: str = "Bonjour, pouvez-vous m'appeler ?",
        sender: str = f"Odette Martin <{ODETTE}>",
        *,
        history: bool = False,
        **fields: str,
    ) -> ReadMail:
        nonlocal count
        count += 1
        headers = {
            "From": sender,
            "To": OWN,
            "Subject": "Bonjour",
            "Message-ID": f"<{count}@exemple.invalid>",
            "Date": "Tue, 24 Nov 2026 14:00:00 +0100",
            **{name.replace("_", "-"): value for name, value in fields.items()},
        }
        raw = "".join(f"{name}: {value}\n" for name, value in headers.items()) + f"\n{words}\n"
        mail = read(raw.encode())
        take(hotline, mail, history=history)
        return mail

    return arrive


def take(hotline: Hotline, mail: ReadMail, *, history: bool = False) -> None:
    at = hotline.clock.now()
    hotline.database.run(
        lambda session: incoming.received(session, hotline.line, mail, at, history=history) and None
    )


def from_corpus(hotline: Hotline, name: str) -> None:
    take(hotline, read((CORPUS / f"{name}.eml").read_bytes()))


def keys(hotline: Hotline) -> list[str]:
    return [row.key.partition(":")[0] for row in rows(hotline, OutboxRow)]


def test_a_strangers_mail_is_logged_acknowledged_and_opens_a_request(
    hotline: Hotline, receive: Receive
) -> None:
    receive("Je suis seule. Mon numéro : 06 39 98 00 12, le matin.")
    mail, caller, request, contact = (only(hotline, model) for model in (Mail, Caller, Request, Contact))
    assert (mail.direction, mail.from_address, mail.from_names) == (
        Direction.INBOUND,
        ODETTE,
        "Odette Martin",
    )
    assert (mail.caller_id, mail.contact_id) == (caller.id, contact.id)
    assert (caller.names, caller.email, caller.state) == ("Odette Martin", ODETTE, CallerState.UNREACHABLE)
    assert (contact.kind, contact.request_id) == (ContactKind.MAIL, request.id)
    assert request.state is RequestState.NEEDS_NUMBER
    assert mail.proposed_number == "+33639980012"


def test_the_acknowledgement_says_no_emergency_service_and_ends_every_loop(
    hotline: Hotline, receive: Receive
) -> None:
    mail = receive(References="<zero@exemple.invalid>")
    row = only(hotline, OutboxRow)
    assert (row.kind, row.state) == ("acknowledgement", OutboxState.QUEUED)
    assert only(hotline, Address).address == ODETTE
    assert row.headers == {
        "Auto-Submitted": "auto-replied",
        "In-Reply-To": mail.message_id,
        "References": f"<zero@exemple.invalid> {mail.message_id}",
    }
    assert "15 ou le 112" in row.body
    assert "01 99 00 01 00" in row.body
    assert "STOP" in row.body
    assert "Bonjour, pouvez-vous" not in row.body + (row.subject or "")


def test_the_same_mail_twice_counts_once(hotline: Hotline, receive: Receive) -> None:
    mail = receive()
    take(hotline, mail)
    take(hotline, replace(mail, subject="la même, par une autre liste"))
    counted = [len(rows(hotline, model)) for model in (Mail, Contact, Request, OutboxRow)]
    assert counted == [1, 1, 1, 1]


def test_one_acknowledgement_a_day_and_every_mail_in_the_file(
    hotline: Hotline, receive: Receive, clock: StoppedClock
) -> None:
    receive()
    receive("Vous êtes là ?", sender=ODETTE.upper())
    assert keys(hotline) == ["mail_ack"]
    clock.advance(timedelta(days=1))
    receive("C'est encore moi")
    assert keys(hotline) == ["mail_ack", "mail_ack"]
    assert len(rows(hotline, Contact)) == 3
    assert len(rows(hotline, Request)) == len(rows(hotline, Caller)) == 1


def test_somebody_known_is_found_by_address_and_phoned_at_their_number(
    hotline: Hotline, receive: Receive
) -> None:
    odette = add_caller(hotline, "+33199000217", "Odette Aymé", email=ODETTE)
    receive(sender=f"quelqu'un <{ODETTE.title()}>")
    request, caller = only(hotline, Request), only(hotline, Caller)
    assert (request.caller_id, request.state) == (odette, RequestState.WAITING)
    assert (caller.names, caller.last_contact_at) == ("Odette Aymé", hotline.clock.now())


@pytest.mark.parametrize("name", ["out_of_office", "newsletter", "bounce_permanent", "bounce_delayed"])
def test_machines_are_logged_open_nothing_and_are_never_answered(hotline: Hotline, name: str) -> None:
    from_corpus(hotline, name)
    assert only(hotline, Mail).automatic
    assert not rows(hotline, OutboxRow) + rows(hotline, Request) + rows(hotline, Caller)


def test_a_known_persons_answering_machine_stands_in_their_file(hotline: Hotline, receive: Receive) -> None:
    odette = add_caller(hotline, "+33199000217", "Odette", email=ODETTE)
    receive("Je suis absente", Auto_Submitted="auto-replied")
    assert only(hotline, Mail).caller_id == odette
    assert not rows(hotline, OutboxRow) + rows(hotline, Request)


@pytest.mark.parametrize("sender", [OWN, OWN.upper(), "onseparle+abcdefgh23@exemple.fr"])
def test_our_own_mails_that_come_back_are_nobodys(hotline: Hotline, receive: Receive, sender: str) -> None:
    receive(sender=sender)
    assert only(hotline, Mail).automatic
    assert only(hotline, Mail).from_index is None
    assert not rows(hotline, OutboxRow) + rows(hotline, Request) + rows(hotline, Caller)


def test_a_mail_without_sender_is_kept_for_somebody_to_read(hotline: Hotline) -> None:
    from_corpus(hotline, "no_headers")
    mail = only(hotline, Mail)
    assert "Rappelez-moi" in mail.body
    assert mail.fault is not None
    assert "l'expéditeur" in mail.fault
    assert not rows(hotline, Request) + rows(hotline, OutboxRow)


def test_two_machines_that_answer_each_other_tire(
    hotline: Hotline, receive: Receive, clock: StoppedClock
) -> None:
    most = hotline.line.config.limits.mails_per_person_per_day
    for _ in range(most + 5):
        receive("Merci de votre message, nous vous répondrons.")
    assert len(rows(hotline, Mail)) == most + 5
    assert len(rows(hotline, Contact)) == most
    assert len(rows(hotline, OutboxRow)) == 1
    clock.advance(timedelta(days=1))
    receive("Bonjour")
    assert len(rows(hotline, Contact)) == most + 1


@pytest.mark.parametrize(
    ("words", "subject"), [("STOP", "Re: bonjour"), ("Arrêt\n\nEnvoyé de mon iPhone", "x"), ("", "STOP")]
)
def test_stop_is_obeyed_with_one_confirmation(
    hotline: Hotline, receive: Receive, words: str, subject: str
) -> None:
    receive(words, Subject=subject)
    receive(words, Subject=subject)
    assert [row.kind for row in rows(hotline, OutboxRow)] == ["stopped"]
    assert only(hotline, Address).stopped_at is not None
    assert not rows(hotline, Request)
    assert all(mail.answered_at for mail in rows(hotline, Mail))


def test_after_a_stop_a_mail_is_still_heard_and_start_turns_mails_on_again(
    hotline: Hotline, receive: Receive
) -> None:
    receive("STOP")
    receive("Appelez-moi plutôt")
    assert [row.kind for row in rows(hotline, OutboxRow)] == ["stopped"]
    assert len(rows(hotline, Request)) == 1
    receive("START")
    assert only(hotline, Address).stopped_at is None
    assert keys(hotline) == ["stopped", "mail_start"]


@pytest.mark.parametrize("words", ["Ne vous arrêtez pas, stop ou pas !", "STOP " * 60])
def test_a_stop_within_a_sentence_is_a_mail_like_any_other(
    hotline: Hotline, receive: Receive, words: str
) -> None:
    receive(words)
    assert keys(hotline) == ["mail_ack"]


def test_a_volunteers_mail_goes_to_their_file_and_the_team(hotline: Hotline, receive: Receive) -> None:
    camille = add_volunteer(hotline, "Camille", "+33639980101", email=CAMILLE)
    receive("OUI 12", sender=CAMILLE)
    receive("Et PAUSE deux semaines", sender=CAMILLE)
    assert [mail.volunteer_id for mail in rows(hotline, Mail)] == [camille] * 2
    assert [(alert.kind, alert.volunteer_id) for alert in rows(hotline, Alert)] == [
        ("volunteer_mail", camille)
    ] * 2
    assert "Camille" in only(hotline, OutboxRow).body
    assert not rows(hotline, Request) + rows(hotline, Caller) + rows(hotline, Contact)


def test_the_volunteer_of_a_person_who_writes_again_is_told(hotline: Hotline, receive: Receive) -> None:
    receive()
    request = only(hotline, Request)
    assert request.state is RequestState.NEEDS_NUMBER
    hotline.database.run(
        lambda session: move(session, session.get_one(Request, request.id), RequestState.WAITING) and None
    )
    receive("C'est encore moi")
    assert [contact.request_id for contact in rows(hotline, Contact)] == [request.id] * 2


def test_history_stands_in_the_file_and_nobody_waits_because_of_it(
    hotline: Hotline, receive: Receive
) -> None:
    odette = add_caller(hotline, "+33199000217", "Odette", email=ODETTE)
    receive("Un mot d'il y a deux ans", history=True)
    receive("Un inconnu d'alors", sender="ancien@exemple.fr", history=True)
    old, unknown = rows(hotline, Mail)
    assert (old.caller_id, unknown.caller_id) == (odette, None)
    assert old.answered_at == hotline.clock.now()
    assert not rows(hotline, Request) + rows(hotline, OutboxRow)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("Appelez le 01.99.00.02.17 svp", "+33199000217"),
        ("mon tel: +33 6 39 98 00 12", "+33639980012"),
        ("de Guadeloupe, 0690 12 34 56", "+590690123456"),
        ("J'ai appelé le 01 99 00 01 00 hier, rappelez le 0353010012", "+33353010012"),
        ("Le 15, le 112, le 3114, le 0 892 68 11 22", None),
        ("facture 2026-11-24, 75019 Paris, 12,50 €", None),
        ("oui\n\nLe 3 nov. 2026 à 10:00, On <a@exemple.fr> a écrit :\n> appelez le 01 99 00 02 17", None),
    ],
)
def test_a_number_in_somebodys_own_words_is_proposed_and_no_other(
    hotline: Hotline, receive: Receive, words: str, number: str | None
) -> None:
    receive(words)
    assert only(hotline, Mail).proposed_number == number
    assert only(hotline, Request).state is RequestState.NEEDS_NUMBER


def test_whoever_answers_from_an_address_that_had_failed_is_written_to_again(
    hotline: Hotline, receive: Receive
) -> None:
    at = hotline.clock.now()

    def fail(session: object) -> None:
        post.address_for(session, ODETTE, at).bounced_at = at  # type: ignore[arg-type]

    hotline.database.run(fail)
    receive()
    assert only(hotline, Address).bounced_at is None
    assert keys(hotline) == ["mail_ack"]


def test_a_mail_that_broke_is_set_aside_once_with_a_sentence(hotline: Hotline) -> None:
    mail = read(f"From: {ODETTE}\nMessage-ID: <casse@exemple.invalid>\n\nBonjour".encode())
    at = hotline.clock.now()
    for _ in range(2):
        hotline.database.run(lambda session: incoming.set_aside(session, hotline.line, mail, at))
    assert (only(hotline, Mail).fault or "").startswith("Ce courriel n'a pas pu être traité")
