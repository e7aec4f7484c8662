"""Texts that reach the line: logged once, understood by who sent them, answered once or not at all."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.models import Alert, Assignment, Caller, Contact, Message, OutboxRow, Phone, Request
from hotline.models.status import AssignmentState, ContactKind, Direction, OutboxState, RequestState
from hotline.rehearsal.protocol.sign import sign
from hotline.services import health
from hotline.settings import load
from scheduler import jobs
from tests.conftest import LINE, TOKEN, StoppedClock
from tests.people import add_caller, add_listener, add_volunteer
from tests.records import only, rows
from tests.webhooks import Webhooks, sid

LUCIEN, CAMILLE, BRUNO = "+33639980001", "+33639980101", "+33639980102"
PAYLOADS = json.loads((Path(__file__).parents[1] / "payloads" / "webhook_fixtures.json").read_text())
TEXTS = {name: one["params"] for name, one in PAYLOADS["fixtures"].items() if one["kind"] == "sms"}


def kinds(hotline: Hotline) -> list[str]:
    """What was ever written to be sent."""
    return [row.kind for row in rows(hotline, OutboxRow)]


def deliver(line: Webhooks, params: dict[str, str]) -> None:
    """One recorded request of the carrier, to the address that texts are sent to."""
    signature = sign(TOKEN, "https://hotline.example/sms/incoming", params.items())
    answer = line.client.post("/sms/incoming", data=params, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 200, answer.text


def test_a_callers_text_is_logged_acknowledged_and_waits_for_a_volunteer(
    hotline: Hotline, line: Webhooks
) -> None:
    line.text("Bonjour, pouvez-vous me rappeler ?", LUCIEN)
    message, request, contact = only(hotline, Message), only(hotline, Request), only(hotline, Contact)
    assert (message.direction, message.from_number, message.to_number) == (Direction.INBOUND, LUCIEN, LINE)
    assert (message.body, message.status) == ("Bonjour, pouvez-vous me rappeler ?", "received")
    assert (request.state, contact.kind) == (RequestState.WAITING, ContactKind.MESSAGE)
    assert (contact.request_id, message.contact_id) == (request.id, contact.id)
    assert message.caller_id == request.caller_id == only(hotline, Caller).id
    row = only(hotline, OutboxRow)
    assert (row.kind, row.phone.number, row.state) == ("acknowledgement", LUCIEN, OutboxState.QUEUED)
    assert "15 ou 112" in row.body


def test_a_text_delivered_twice_counts_once(hotline: Hotline, line: Webhooks) -> None:
    line.text("Bonjour", LUCIEN)
    line.text("Bonjour", LUCIEN)
    assert len(rows(hotline, Message)) == len(rows(hotline, Contact)) == len(rows(hotline, OutboxRow)) == 1


def test_one_acknowledgement_a_day_by_the_lines_own_calendar(
    hotline: Hotline, line: Webhooks, clock: StoppedClock
) -> None:
    clock.advance(timedelta(hours=9, minutes=30))  # 23:30 in Paris
    line.text("Bonsoir", LUCIEN, number=1)
    line.text("Vous êtes là ?", LUCIEN, number=2)
    assert kinds(hotline) == ["acknowledgement"]
    clock.advance(timedelta(minutes=31))
    line.text("Il est minuit passé", LUCIEN, number=3)
    assert kinds(hotline) == ["acknowledgement", "acknowledgement"]
    assert len(rows(hotline, Request)) == 1
    assert len(rows(hotline, Contact)) == 3


@pytest.mark.parametrize("sender", ["36111", "CHRONOPOST", "", LINE])
def test_machines_are_logged_and_never_answered(hotline: Hotline, line: Webhooks, sender: str) -> None:
    line.text("Votre colis est livré", sender)
    assert only(hotline, Message).from_number == sender
    assert not rows(hotline, OutboxRow) + rows(hotline, Request)


def test_our_own_sender_is_not_a_person(hotline: Hotline) -> None:
    ours = bootstrap.build(load(HOTLINE_SMS_SENDER="+33639980199"), hotline.clock)
    Webhooks(ours).text("Merci de votre message", "+33639980199")
    assert not rows(hotline, OutboxRow) + rows(hotline, Request)
    ours.database.close()


@pytest.mark.parametrize("sender", ["+33199000201", "+32470123456", "+33899000000"])
def test_whoever_cannot_be_texted_waits_all_the_same(hotline: Hotline, line: Webhooks, sender: str) -> None:
    line.text("Rappelez-moi", sender)
    assert only(hotline, Request).state is RequestState.WAITING
    assert not rows(hotline, OutboxRow)


def test_every_recorded_text_goes_through_and_is_kept_to_the_letter(hotline: Hotline, line: Webhooks) -> None:
    for params in TEXTS.values():
        deliver(line, params)
    kept = {message.sid: message.body for message in rows(hotline, Message)}
    assert kept == {params["MessageSid"]: params["Body"] for params in TEXTS.values()}


@pytest.mark.parametrize("name", [name for name in TEXTS if "stop" in name or "arret" in name])
def test_every_recorded_opt_out_is_obeyed(hotline: Hotline, line: Webhooks, name: str) -> None:
    deliver(line, TEXTS[name])
    assert only(hotline, Phone).stopped_at is not None
    assert not rows(hotline, Request)
    assert kinds(hotline) == ([] if "OptOutType" in TEXTS[name] else ["stopped"])


@pytest.mark.parametrize("word", ["STOP", "arrêt", "Arret", "stop sms", "Unsubscribe"])
def test_after_a_stop_nothing_leaves_but_one_confirmation_and_a_later_text_is_heard(
    hotline: Hotline, line: Webhooks, word: str
) -> None:
    line.text("Bonjour", LUCIEN, number=1)
    line.text(word, LUCIEN, number=2)
    line.text(word, LUCIEN, number=3)
    line.text("Rappelez-moi plutôt", LUCIEN, number=4)
    acknowledgement, confirmation = rows(hotline, OutboxRow)
    assert (acknowledgement.state, acknowledgement.error_code) == (OutboxState.FAILED, 21610)
    assert (confirmation.kind, confirmation.state) == ("stopped", OutboxState.QUEUED)
    assert len(rows(hotline, Contact)) == 2
    assert only(hotline, Request).state is RequestState.WAITING


def test_a_stop_is_nobodys_failure(hotline: Hotline, line: Webhooks) -> None:
    line.text("Bonjour", LUCIEN, number=1)
    line.text("STOP", LUCIEN, number=2, OptOutType="STOP")
    with hotline.database.read() as session:
        reasons = health.report(session, hotline.line, hotline.clock.now(), faults=())
    assert "outbox" not in {reason.check for reason in reasons}


@pytest.mark.parametrize("word", ["START", "Reprendre", "reprendre svp"])
def test_start_turns_texts_on_again(hotline: Hotline, line: Webhooks, word: str) -> None:
    line.text("STOP", LUCIEN, number=1)
    line.text(word, LUCIEN, number=2)
    assert only(hotline, Phone).stopped_at is None
    line.text("Bonjour", LUCIEN, number=3)
    assert kinds(hotline) == ["stopped", "restarted", "acknowledgement"]


def test_the_carriers_own_answer_to_start_is_not_repeated(hotline: Hotline, line: Webhooks) -> None:
    line.text("STOP", LUCIEN, number=1, OptOutType="STOP")
    line.text("START", LUCIEN, number=2, OptOutType="START")
    assert only(hotline, Phone).stopped_at is None
    assert not rows(hotline, OutboxRow) + rows(hotline, Request)


def test_a_caller_who_asks_for_help_is_phoned_back_whatever_the_carrier_answered(
    hotline: Hotline, line: Webhooks
) -> None:
    line.text("AIDE", LUCIEN, OptOutType="HELP")
    assert only(hotline, Request).state is RequestState.WAITING
    assert not rows(hotline, OutboxRow)


def test_a_volunteers_stop_tells_the_coordinators_and_frees_what_was_offered(
    hotline: Hotline, line: Webhooks
) -> None:
    camille = add_volunteer(hotline, "Camille", CAMILLE)
    line.text("Rappelez-moi", LUCIEN, number=1)
    jobs.assignment_round(hotline)
    line.text("STOP", CAMILLE, number=2)
    line.text("STOP", CAMILLE, number=3)
    alert = only(hotline, Alert)
    assert (alert.kind, alert.volunteer_id) == ("volunteer_stop", camille)
    assert only(hotline, Assignment).state is AssignmentState.DECLINED
    assert only(hotline, Request).state is RequestState.WAITING
    jobs.assignment_round(hotline)
    assert len(rows(hotline, Assignment)) == 1


def test_neither_a_volunteer_nor_a_listener_ever_opens_a_request(hotline: Hotline, line: Webhooks) -> None:
    add_volunteer(hotline, "Camille", CAMILLE)
    add_listener(hotline, BRUNO)
    line.text("Bonjour, je serai en vacances", CAMILLE, number=1)
    line.text("Bonjour, qui me remplace ?", BRUNO, number=2)
    assert not rows(hotline, Request) + rows(hotline, Caller)
    assert [alert.kind for alert in rows(hotline, Alert)] == ["not_understood"] * 2
    assert kinds(hotline) == ["answer", "answer"]


def test_a_text_joins_the_open_request_whatever_its_state(hotline: Hotline, line: Webhooks) -> None:
    add_volunteer(hotline, "Camille", CAMILLE)
    line.text("Rappelez-moi", LUCIEN, number=1)
    jobs.assignment_round(hotline)
    line.text("Je suis chez moi", LUCIEN, number=2)
    assert "contact_again" not in kinds(hotline)
    line.text("OUI", CAMILLE, number=3)
    line.text("C'est encore moi", LUCIEN, number=4)
    line.text("Toujours moi", LUCIEN, number=5)
    request = only(hotline, Request)
    assert [contact.request_id for contact in rows(hotline, Contact)] == [request.id] * 4
    assert kinds(hotline).count("contact_again") == 1


def test_a_volunteer_hears_of_a_nightly_contact_in_the_morning(
    hotline: Hotline, line: Webhooks, clock: StoppedClock
) -> None:
    add_volunteer(hotline, "Camille", CAMILLE)
    line.text("Rappelez-moi", LUCIEN, number=1)
    jobs.assignment_round(hotline)
    line.text("OUI", CAMILLE, number=2)
    clock.advance(timedelta(hours=10))  # midnight in Paris
    line.text("Je ne dors pas", LUCIEN, number=3)
    told = next(row for row in rows(hotline, OutboxRow) if row.kind == "contact_again")
    assert hotline.line.local(told.due_at).hour == 9


def test_a_text_of_somebody_known_without_number_so_far_joins_nothing_of_others(
    hotline: Hotline, line: Webhooks
) -> None:
    odette = add_caller(hotline, LUCIEN, "Odette Martin")
    line.text("Bonjour", LUCIEN)
    assert only(hotline, Request).caller_id == odette


@pytest.mark.parametrize("params", [{}, {"MessageSid": "SM1", "From": LUCIEN, "To": LINE, "Body": "Bonjour"}])
def test_a_request_that_names_no_text_is_answered_and_keeps_nothing(
    hotline: Hotline, line: Webhooks, params: dict[str, Any]
) -> None:
    for path in ("/sms/incoming", "/sms/status"):
        assert line.post(path, **params).status_code == 200
    assert not rows(hotline, Message) + rows(hotline, Request)


@pytest.mark.parametrize("path", ["/sms/incoming", "/sms/status"])
def test_strangers_are_refused(hotline: Hotline, line: Webhooks, path: str) -> None:
    form = {"MessageSid": sid("SM", 1), "From": LUCIEN, "To": LINE, "Body": "Bonjour"}
    assert line.client.post(path, data=form).status_code == 403
    assert line.client.post(path, data=form, headers={"X-Twilio-Signature": "no"}).status_code == 403
    assert not rows(hotline, Message)
