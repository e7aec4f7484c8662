"""The relay: who is offered somebody who wants mails, what passes both ways, and what never does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.mail.addresses import token_in
from hotline.models import Alert, Assignment, Callback, Caller, Mail, OutboxRow, Request, Volunteer
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    CallerState,
    Channel,
    Direction,
    RequestState,
)
from hotline.services import assignments, bridges, ladders, open_calls, requests, rounds, taps
from hotline.services.assignments import Answered, CannotChange
from hotline.services.mails import relay
from scheduler.posting import send_mails
from tests.conftest import StoppedClock
from tests.people import add_volunteer
from tests.postman import OWN, Postman, text
from tests.records import only, rows
from tests.relations import calls, give, told, yes

pytestmark = pytest.mark.usefixtures("mailing")
ODETTE, CAMILLE = "odette.martin@exemple.org", "camille.durand@exemple.fr"
CAMILLES_NUMBER = "+33639980101"
_MAILS = count(1)


def add_odette(hotline: Hotline, **fields: object) -> int:
    """Odette has no telephone and wants mails."""
    at = hotline.clock.now()

    def enter(session: Session) -> int:
        values = {"names": "Odette Martin", "email": ODETTE, "channel": Channel.MAIL, **fields}
        odette = Caller(state=CallerState.ACTIVE, created_at=at, last_contact_at=at, **values)
        session.add(odette)
        session.flush()
        requests.open_for(session, odette, at)
        return odette.id

    return hotline.database.run(enter)


def offered(hotline: Hotline) -> list[int]:
    with hotline.database.read() as session:
        plan = rounds.plan(session, hotline.line, hotline.clock.now())
    at = hotline.clock.now()
    made = []
    for pair in plan.pairs:
        found = hotline.database.run(
            lambda session, pair=pair: getattr(
                assignments.offer(session, hotline.line, pair.request_id, pair.volunteer_id, at), "id", None
            )
        )
        made += [found] if found else []
    return made


@dataclass
class Relation:
    hotline: Hotline
    clock: StoppedClock
    postman: Postman
    assignment_id: int

    @property
    def token(self) -> str:
        return only(self.hotline, Assignment).relay or ""

    @property
    def address(self) -> str:
        return f"bonjour+{self.token}@exemple.fr"

    def write(self, sender: str, body: str = "Bonjour !", **fields: object) -> bool:
        """Somebody writes to the relay; what follows from it leaves."""
        at, number = self.hotline.clock.now(), next(_MAILS)

        def enter(session: Session) -> bool:
            values = {"subject": "Nouvelles", "body": body, "attachments": [], "automatic": False, **fields}
            mail = Mail(
                message_index=f"<{number}@exemple.org>",
                direction=Direction.INBOUND,
                from_address=sender,
                from_index=sender.lower(),
                to_address=self.address,
                size=len(body),
                created_at=at,
                **values,
            )
            session.add(mail)
            session.flush()
            return relay.passed_on(session, self.hotline.line, mail, self.token.upper(), at)

        passed = self.hotline.database.run(enter)
        send_mails(self.hotline)
        return passed

    def watch(self, moment: datetime) -> None:
        """Let the clock look at the calls, again and again until then."""
        while True:
            due = [one.act_at for one in rows(self.hotline, Callback) if one.act_at and one.act_at <= moment]
            if not due:
                break
            self.clock.set(max(min(due), self.clock.now()))
            at = self.clock.now()
            with self.hotline.database.read() as session:
                found = ladders.due(session, at, 10)
            for one in found:
                self.hotline.database.run(
                    lambda session, one=one, at=at: ladders.act(session, self.hotline.line, one, at)
                )
        self.clock.set(moment)

    def end(self) -> None:
        def close(session: Session) -> None:
            one = session.get_one(Assignment, self.assignment_id)
            assignments.end(session, one, self.clock.now(), actor="Nadia", reason="done")

        self.hotline.database.run(close)


@pytest.fixture
def relation(hotline: Hotline, clock: StoppedClock, mailing: Postman) -> Relation:
    """Camille has said yes to Odette; their letters have left."""
    add_odette(hotline)
    add_volunteer(hotline, "Camille", CAMILLES_NUMBER, email=CAMILLE, by_mail=True)
    (assignment_id,) = offered(hotline)
    assert yes(hotline, assignment_id) is Answered.ACCEPTED
    send_mails(hotline)
    return Relation(hotline, clock, mailing, assignment_id)


class TestBeginning:
    def test_somebody_with_nothing_but_an_address_waits_like_everybody(self, hotline: Hotline) -> None:
        add_odette(hotline)
        assert only(hotline, Request).state is RequestState.WAITING

    def test_without_an_address_nobody_is_written_to(self, hotline: Hotline) -> None:
        add_odette(hotline, email=None)
        assert only(hotline, Request).state is RequestState.NEEDS_NUMBER

    def test_only_those_who_write_are_asked(self, hotline: Hotline) -> None:
        request = only(hotline, Request) if add_odette(hotline) else None
        add_volunteer(hotline, "Bruno", "+33639980102", email="bruno@exemple.fr")
        add_volunteer(hotline, "Chloé", "+33639980103", by_mail=True)
        assert offered(hotline) == []
        with hotline.database.read() as session:
            plan = rounds.plan(session, hotline.line, hotline.clock.now())
            assert request
            told = rounds.explain(session, hotline.line, request.id, hotline.clock.now())
        assert list(plan.unserved.values()) == ["aucun bénévole n'écrit de courriels"]
        assert any("n'écrivent pas de courriels" in sentence for sentence in told)

    def test_the_offer_speaks_of_mails(self, hotline: Hotline) -> None:
        add_odette(hotline)
        add_volunteer(hotline, "Camille", CAMILLES_NUMBER, email=CAMILLE, by_mail=True)
        offered(hotline)
        assert "Camille, Odette attend un courriel." in only(hotline, OutboxRow).body
        assert only(hotline, Assignment).channel is Channel.MAIL

    def test_both_get_the_address_that_hides_the_other(self, relation: Relation) -> None:
        (to_camille,), (to_odette,) = relation.postman.to(CAMILLE), relation.postman.to(ODETTE)
        assert relation.address in text(to_camille)
        assert relation.address in text(to_odette)
        for mail in (to_camille, to_odette):
            assert mail["From"].addresses[0].addr_spec == relation.address
            assert mail["Reply-To"].addresses[0].addr_spec == relation.address
            assert token_in(OWN, relation.address) == relation.token
        assert "Odette" in text(to_camille)
        assert "Martin" not in to_camille.as_string()
        assert ODETTE not in to_camille.as_string()
        assert CAMILLE not in to_odette.as_string()
        assert {mail.assignment_id for mail in rows(relation.hotline, Mail)} == {relation.assignment_id}

    def test_given_by_hand_it_is_the_same(self, hotline: Hotline, mailing: Postman) -> None:
        odette = add_odette(hotline)
        camille = add_volunteer(hotline, "Camille", CAMILLES_NUMBER, email=CAMILLE, by_mail=True)
        give(hotline, odette, camille)
        send_mails(hotline)
        assert len(mailing.arrived) == 2
        (told,) = (row.body for row in rows(hotline, OutboxRow) if row.kind == "given")
        assert "par courriel" in told

    def test_nobody_is_given_a_caller_whom_they_cannot_write_to(self, hotline: Hotline) -> None:
        odette, bruno = add_odette(hotline), add_volunteer(hotline, "Bruno", "+33639980102")
        with pytest.raises(CannotChange, match="n'en écrit pas"):
            give(hotline, odette, bruno)

    def test_no_telephone_rings_for_a_relation_by_mail(self, relation: Relation) -> None:
        at = relation.clock.now()
        with relation.hotline.database.write() as session:
            camille = session.get_one(Volunteer, 1)
            (one,) = open_calls.open_for(session, camille, at)
            assert one.by_mail
            assert open_calls.to_phone(session, camille, at) == []
            assert taps.ask(session, camille, one.callback_id, at) is None
            kind_word = bridges._kind_word(session, relation.hotline.line, camille, at)
            assert kind_word.next_call is None


class TestPassing:
    def test_what_each_writes_reaches_the_other(self, relation: Relation) -> None:
        assert relation.write(CAMILLE, "Bonjour Odette !\nComment allez-vous ?")
        assert relation.write(ODETTE.upper(), "Très bien, merci.")
        to_odette, to_camille = relation.postman.to(ODETTE)[-1], relation.postman.to(CAMILLE)[-1]
        assert text(to_odette).startswith("Bonjour Odette !\nComment allez-vous ?\n")
        assert text(to_camille).startswith("Très bien, merci.")
        assert to_odette["From"].addresses[0].display_name == "Camille (On se parle !!)"
        assert to_camille["From"].addresses[0].display_name == "Odette (On se parle !!)"
        assert to_camille["From"].addresses[0].addr_spec == relation.address
        assert to_odette["Auto-Submitted"] is None
        inbound = [mail for mail in rows(relation.hotline, Mail) if mail.direction is Direction.INBOUND]
        assert [(mail.volunteer_id, mail.caller_id) for mail in inbound] == [(1, None), (None, 1)]

    def test_addresses_and_numbers_stay_hidden(self, relation: Relation) -> None:
        body = (
            f"Écrivez-moi à {CAMILLE} ou au 06 39 98 01 01.\n-- \nCamille\n+33 6 39 98 01 01\n\n"
            f"Le 24/11/2026 à 14:00, Odette <{ODETTE}> a écrit :\n> Bonjour {ODETTE.upper()}\n"
        )
        relation.write(CAMILLE, body, subject=f"Répondre à {CAMILLE}")
        arrived = relation.postman.to(ODETTE)[-1]
        assert "@" not in text(arrived)
        assert "98 01" not in text(arrived)
        assert "24/11/2026 à 14:00" in text(arrived)
        assert CAMILLE not in arrived.as_string()
        assert ODETTE not in text(arrived)

    def test_attachments_are_not_passed_on_and_that_is_said(self, relation: Relation) -> None:
        relation.write(CAMILLE, attachments=[{"name": "photo.jpg", "type": "image/jpeg", "size": 1}])
        assert "Les pièces jointes ne sont pas transmises." in text(relation.postman.to(ODETTE)[-1])

    def test_the_same_mail_read_twice_is_passed_once(self, relation: Relation) -> None:
        before = len(relation.postman.arrived)
        relation.write(CAMILLE)
        mail_id = rows(relation.hotline, Mail)[-2].id
        relation.hotline.database.run(
            lambda session: relay.passed_on(
                session,
                relation.hotline.line,
                session.get_one(Mail, mail_id),
                relation.token,
                relation.clock.now(),
            )
        )
        send_mails(relation.hotline)
        assert len(relation.postman.arrived) == before + 1

    def test_what_a_stranger_writes_is_kept_and_never_passed(self, relation: Relation) -> None:
        before = len(relation.postman.arrived)
        assert relation.write("inconnu@exemple.org")
        assert len(relation.postman.arrived) == before
        alert = only(relation.hotline, Alert)
        assert (alert.kind, alert.caller_id, alert.volunteer_id) == ("relay_stranger", 1, 1)

    def test_what_a_machine_writes_is_neither_passed_nor_answered(self, relation: Relation) -> None:
        before = len(relation.postman.arrived)
        for sender in (ODETTE, CAMILLE, "daemon@exemple.org"):
            assert relation.write(sender, automatic=True)
        assert len(relation.postman.arrived) == before
        assert rows(relation.hotline, Alert) == []
        assert calls(relation.hotline, relation.assignment_id, CallbackState.MADE) == []

    def test_an_unknown_token_is_nobodys(self, relation: Relation) -> None:
        at = relation.clock.now()
        with relation.hotline.database.write() as session:
            mail = session.get_one(Mail, 1)
            assert not relay.passed_on(session, relation.hotline.line, mail, "0123456789abcdef", at)

    def test_when_the_other_side_cannot_be_written_to_coordinators_know(self, relation: Relation) -> None:
        relation.postman.refusals[ODETTE] = "550 5.1.1 No such user"
        relation.write(CAMILLE)
        relation.write(CAMILLE)
        assert {alert.kind for alert in rows(relation.hotline, Alert)} == {"mail_failed", "relay_blocked"}

    def test_after_the_end_a_volunteer_is_told_kindly_once_a_day(self, relation: Relation) -> None:
        relation.end()
        before = len(relation.postman.to(CAMILLE))
        assert relation.write(CAMILLE)
        assert relation.write(CAMILLE)
        assert len(relation.postman.to(CAMILLE)) == before + 1
        assert "terminée" in text(relation.postman.to(CAMILLE)[-1])
        assert relation.postman.to(CAMILLE)[-1]["Auto-Submitted"] == "auto-replied"
        assert len(relation.postman.to(ODETTE)) == 1
        assert {alert.kind for alert in rows(relation.hotline, Alert)} == {"relay_ended"}

    def test_after_the_end_a_caller_writes_as_to_the_line(self, relation: Relation) -> None:
        relation.end()
        assert not relation.write(ODETTE)
        assert rows(relation.hotline, Mail)[-1].assignment_id is None


class TestWatching:
    def test_a_mail_of_the_volunteer_is_the_call(self, relation: Relation) -> None:
        relation.write(CAMILLE)
        (made,) = calls(relation.hotline, relation.assignment_id, CallbackState.MADE)
        assert made.made_at == relation.clock.now()
        assert told(relation.hotline, relation.assignment_id)[-1] == "written"
        assert only(relation.hotline, Request).state is RequestState.ASSIGNED

    def test_once_both_have_written_a_single_exchange_is_done_after_a_week(self, relation: Relation) -> None:
        relation.write(CAMILLE)
        relation.clock.advance(timedelta(days=2))
        relation.write(ODETTE)
        begun = relation.clock.now()
        relation.watch(begun + timedelta(days=6))
        assert only(relation.hotline, Request).state is RequestState.ASSIGNED
        relation.watch(begun + timedelta(days=8))
        assert only(relation.hotline, Request).state is RequestState.CLOSED
        assert rows(relation.hotline, Alert) == []

    def test_no_mail_is_reminded_then_handed_over(self, relation: Relation) -> None:
        relation.watch(relation.clock.now() + timedelta(days=4))
        kinds = [row.kind for row in rows(relation.hotline, OutboxRow) if row.phone_id]
        assert kinds == ["offer", "reminder", "nudge", "missed_told"]
        bodies = " ".join(row.body for row in rows(relation.hotline, OutboxRow) if row.phone_id)
        assert "composez" not in bodies
        assert "appeler" not in bodies
        assert only(relation.hotline, Assignment).end_reason == "handed_over"
        assert only(relation.hotline, Request).state is RequestState.WAITING

    def test_a_caller_who_never_answers_is_told_to_the_coordinators(self, relation: Relation) -> None:
        for _ in range(3):
            relation.write(CAMILLE)
            relation.watch(relation.clock.now() + timedelta(days=7, minutes=1))
        assert [alert.kind for alert in rows(relation.hotline, Alert)] == ["caller_silent"]
        assert only(relation.hotline, Assignment).state is AssignmentState.ACTIVE

    def test_a_late_answer_ends_the_silence(self, relation: Relation) -> None:
        relation.write(CAMILLE)
        relation.watch(relation.clock.now() + timedelta(days=8))
        assert calls(relation.hotline, relation.assignment_id, CallbackState.NO_ANSWER)
        relation.write(ODETTE)
        assert not calls(relation.hotline, relation.assignment_id, CallbackState.NO_ANSWER)
